namespace IclMesh.Inference.Text.Jinja;

/// <summary>What is wrong with a template or its use.</summary>
internal enum TemplateFault
{
    /// <summary>It is no valid template.</summary>
    Syntax,

    /// <summary>It uses a part of Jinja that is not supported.</summary>
    Unsupported,

    /// <summary>It does with a value what the value does not allow.</summary>
    Value,

    /// <summary>It called <c>raise_exception</c>.</summary>
    Raised,

    /// <summary>It needs too many steps or writes too much.</summary>
    Limit,
}
