namespace IclMesh.Inference.Text.Loading;

/// <summary>The key-value pairs of a GGUF file, as far as its tokenizer is written in them.</summary>
/// <remarks>A value of another type than the one asked for is an error that names file and key; a key that is missing gives null.</remarks>
internal interface ITokenizerMetadata
{
    /// <summary>Path of the file, for errors.</summary>
    string Path { get; }

    /// <summary>Every key, in the order of the file.</summary>
    IEnumerable<string> Keys { get; }

    /// <summary>True where a key is there.</summary>
    bool Has(string key);

    /// <summary>A text.</summary>
    string? Text(string key);

    /// <summary>True or false.</summary>
    bool? Flag(string key);

    /// <summary>A whole number from 0 to 2^31-1.</summary>
    int? Integer(string key);

    /// <summary>An array of texts.</summary>
    string[]? Texts(string key);

    /// <summary>An array of numbers.</summary>
    double[]? Numbers(string key);
}
