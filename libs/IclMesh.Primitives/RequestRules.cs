using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace IclMesh;

/// <summary>Collects every broken field of a request, so that the caller learns of all of them at once.</summary>
public sealed class RequestRules
{
    /// <summary>Most broken fields that are kept; more are counted, so that a large broken request costs no more than it holds itself.</summary>
    public const int MaxKept = 1000;

    private readonly List<FieldViolation> violations = [];
    private int count;

    /// <summary>True while no field is broken.</summary>
    public bool Passed => violations.Count == 0;

    /// <summary>Every broken field so far, in the order of the checks; at most <see cref="MaxKept"/>.</summary>
    public IReadOnlyList<FieldViolation> Violations => violations;

    /// <summary>Records a violation unless <paramref name="holds"/>.</summary>
    /// <param name="holds">The rule.</param>
    /// <param name="field">Path of the field as the proto spells it.</param>
    /// <param name="description">What is wrong, with the limit and the actual value.</param>
    /// <returns><paramref name="holds"/>, so that dependent rules can be skipped.</returns>
    public bool Require(bool holds, string field, string description)
    {
        if (!holds && ++count <= MaxKept)
        {
            violations.Add(new(field, description));
        }

        return holds;
    }

    /// <summary>The same; the description is put together only where the rule is broken.</summary>
    /// <param name="holds">The rule.</param>
    /// <param name="field">Path of the field as the proto spells it.</param>
    /// <param name="description">What is wrong, with the limit and the actual value.</param>
    /// <returns><paramref name="holds"/>, so that dependent rules can be skipped.</returns>
    public bool Require(
        bool holds, string field, [InterpolatedStringHandlerArgument(nameof(holds))] ref ViolationText description) =>
        holds || Require(holds, field, description.ToText());

    /// <summary>The text is neither empty nor only white space.</summary>
    /// <param name="field">Path of the field.</param>
    /// <param name="text">Its value.</param>
    public bool NotBlank(string field, string text) => Require(!string.IsNullOrWhiteSpace(text), field, "must not be empty");

    /// <summary>The number lies in a closed range.</summary>
    /// <param name="field">Path of the field.</param>
    /// <param name="value">Its value.</param>
    /// <param name="minimum">Least value allowed.</param>
    /// <param name="maximum">Greatest value allowed.</param>
    public bool InRange(string field, long value, long minimum, long maximum) =>
        Require(value >= minimum && value <= maximum, field, $"must be between {minimum} and {maximum}, is {value}");

    /// <summary>The number is finite and greater than 0.</summary>
    /// <param name="field">Path of the field.</param>
    /// <param name="value">Its value.</param>
    public bool Positive(string field, double value) =>
        Require(double.IsFinite(value) && value > 0, field, $"must be finite and greater than 0, is {value}");

    /// <summary>Every component is finite.</summary>
    /// <param name="field">Path of the field.</param>
    /// <param name="values">Its values.</param>
    public bool Finite(string field, ReadOnlySpan<float> values)
    {
        if (TensorPrimitives.IsFiniteAll(values))
        {
            return true;
        }

        var index = 0;
        while (float.IsFinite(values[index]))
        {
            index++;
        }

        return Require(false, field, $"must be finite, element {index} is {values[index]}");
    }

    /// <summary>Throws when any rule was broken.</summary>
    /// <exception cref="MeshException"><see cref="ErrorKind.InvalidArgument"/> with every violation.</exception>
    public void ThrowIfBroken()
    {
        if (violations.Count == 0)
        {
            return;
        }

        var first = violations[0];
        var more = count == 1 ? "" : $" (and {count - 1} more)";
        throw new MeshException(ErrorKind.InvalidArgument, ErrorReasons.RequestInvalid, $"{first.Field}: {Excerpt.Name(first.Description)}{more}")
        {
            Violations = violations,
            ViolationCount = count,
        };
    }
}
