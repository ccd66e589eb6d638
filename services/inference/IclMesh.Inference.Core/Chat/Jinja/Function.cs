namespace IclMesh.Inference.Core.Chat.Jinja;

/// <summary>Something that a template can call.</summary>
/// <param name="Name">Its name, for errors.</param>
/// <param name="Invoke">Does the work.</param>
internal sealed record Function(string Name, Func<Arguments, object?> Invoke);
