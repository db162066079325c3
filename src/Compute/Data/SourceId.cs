using System.Globalization;
using System.Security.Cryptography;

namespace MoE.Compute.Data;

/// <summary>What kind of thing rows come from.</summary>
public enum SourceKind
{
    /// <summary>A file: told by its length and its first 64 KiB.</summary>
    File,

    /// <summary>A generator: told by its name and what its rows depend on.</summary>
    Generator,

    /// <summary>Whatever the user calls so, and answers for.</summary>
    Named,

    /// <summary>A stream that cannot be read again, such as standard input without a name.</summary>
    Stream,
}

/// <summary>What tells a source from all others, so that none of its rows is ever learned twice.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">A path, a generator's name, or what the user calls it.</param>
/// <param name="Detail">A file's digest, or what a generator's rows depend on; else empty.</param>
/// <param name="Length">A file's length in bytes; else 0.</param>
public sealed record SourceId(SourceKind Kind, string Name, string Detail = "", long Length = 0)
{
    /// <summary>Bytes at a file's beginning that its digest is over.</summary>
    public const int DigestBytes = 64 << 10;

    /// <summary>The source that is a user's to name.</summary>
    public static SourceId Named(string name) => new(SourceKind.Named, name);

    /// <summary>The source that cannot be told from another of its kind.</summary>
    public static SourceId Stream(string name) => new(SourceKind.Stream, name);

    /// <summary>The source that an open file is, which is read from its beginning and put back there.</summary>
    public static SourceId OfFile(string path, FileStream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!file.CanSeek)
            return Stream(path);                             // a pipe or a device by a name
        var head = new byte[Math.Min(DigestBytes, file.Length)];
        file.ReadExactly(head);
        file.Position = 0;
        return new(SourceKind.File, path, Convert.ToHexStringLower(SHA256.HashData(head)[..8]), file.Length);
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        SourceKind.File => string.Create(CultureInfo.InvariantCulture, $"{Name} ({Length:N0} bytes)"),
        SourceKind.Generator => $"{Name} ({Detail})",
        _ => Name,
    };
}

/// <summary>How far a source was read.</summary>
/// <param name="Id">The source.</param>
/// <param name="Offset">Its rows that were read, the refused among them.</param>
/// <param name="Rows">Its rows that were learned.</param>
public sealed record SourcePosition(SourceId Id, long Offset, long Rows);
