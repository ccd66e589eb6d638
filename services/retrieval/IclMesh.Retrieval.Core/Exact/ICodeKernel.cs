namespace IclMesh.Retrieval.Core.Exact;

/// <summary>Integer products of row codes with query codes. All implementations give the same integers.</summary>
internal unsafe interface ICodeKernel
{
    /// <summary>The processor can run it.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Products of some rows with one query or two.</summary>
    /// <param name="rows">Addresses of the rows' biased codes, [<paramref name="count"/>], each <paramref name="length"/> bytes.</param>
    /// <param name="count">Number of rows, a multiple of 4.</param>
    /// <param name="length">Bytes of a row, a multiple of 64.</param>
    /// <param name="query">Codes of the query, [<paramref name="length"/>].</param>
    /// <param name="dots">Receives Σ (code + 128)·query, [<paramref name="count"/>].</param>
    /// <param name="ahead">Addresses of as many rows to fetch meanwhile, or null. A processor keeps few requests open, so they are spread over the work.</param>
    static abstract void Dots(byte** rows, int count, int length, sbyte* query, int* dots, byte** ahead);

    /// <summary>The same for two queries at once, which halves the reads of the rows.</summary>
    /// <param name="rows">Addresses of the rows' biased codes.</param>
    /// <param name="count">Number of rows, a multiple of 4.</param>
    /// <param name="length">Bytes of a row, a multiple of 64.</param>
    /// <param name="first">Codes of the first query.</param>
    /// <param name="second">Codes of the second query.</param>
    /// <param name="firstDots">Receives the first query's products.</param>
    /// <param name="secondDots">Receives the second query's products.</param>
    static abstract void Dots(byte** rows, int count, int length, sbyte* first, sbyte* second, int* firstDots, int* secondDots);
}
