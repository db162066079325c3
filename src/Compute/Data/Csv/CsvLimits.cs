namespace MoE.Compute.Data.Csv;

/// <summary>Bounds of what a text may ask for, so that a small file cannot take all memory.</summary>
internal sealed record CsvLimits
{
    /// <summary>Bytes of the longest line.</summary>
    public int LineBytes { get; init; } = LineBuffer.MaxLine;

    /// <summary>Cells of the longest line, and so columns of the widest file.</summary>
    public int Cells { get; init; } = 1 << 16;

    /// <summary>Bytes of the longest name: of a column, a class or a category.</summary>
    public int NameBytes { get; init; } = 1 << 16;

    /// <summary>Bytes behind the header that are held while the columns' kinds are looked for.</summary>
    public int LookAheadBytes { get; init; } = 1 << 20;
}
