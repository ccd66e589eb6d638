namespace IclMesh;

/// <summary>One broken field of a request.</summary>
/// <param name="Field">Path of the field as the proto spells it, for example <c>demonstrations[3].text</c>.</param>
/// <param name="Description">What is wrong, with the limit and the actual value where there are any.</param>
public readonly record struct FieldViolation(string Field, string Description);
