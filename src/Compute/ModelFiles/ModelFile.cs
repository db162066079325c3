using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gating;
using MoE.Compute.Rosters;

namespace MoE.Compute.ModelFiles;

/// <summary>
/// A whole model in one file that is the same on every machine: what it is, how far it has learned, its numbers. Every
/// changed, missing or surplus byte is noticed. Written by <see cref="Write"/> from whatever holds a model.
/// </summary>
public sealed record ModelFile
{
    /// <summary>The format that is written; newer ones are refused.</summary>
    public const int Format = 2;

    /// <summary>What the model is called in messages: the file's path if it was read from one.</summary>
    public string Name { get; init; } = "The model";

    /// <summary>Columns and target.</summary>
    public required Schema Schema { get; init; }

    /// <summary>Options, the pool among them.</summary>
    public required MixtureOptions Options { get; init; }

    /// <summary>How far it has learned.</summary>
    public required ModelProgress Progress { get; init; }

    /// <summary>The gate's numbers, a <see cref="GateImage"/>.</summary>
    public required ReadOnlyMemory<byte> Gate { get; init; }

    /// <summary>The pool that saw the last batch.</summary>
    public Roster Roster => Progress.Roster ?? Roster.Of(Options);

    /// <summary>Each expert's numbers by place in the roster; empty for one that has seen nothing.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Experts { get; init; }

    /// <summary>Reads a file, and believes none of it before its checksum was looked at.</summary>
    /// <exception cref="ModelFileException">It is missing, no model file, too new, or damaged.</exception>
    public static ModelFile Read(string path)
    {
        using var file = ModelFilePath.Open(path);
        var parts = new PartReader(file, path);
        var format = parts.ReadHeader(Format);
        var (schema, options) = parts.Decode(
            PartNames.Definition, state => ReadDefinition(state, format));
        var progress = parts.Decode(
            PartNames.Progress, state => ModelProgress.Read(state, format, Roster.Of(options)));
        return new ModelFile
        {
            Name = path,
            Schema = schema,
            Options = options,
            Progress = progress,
            Gate = parts.Read(PartNames.Gate),
            Experts = [.. parts.ReadAll(progress.Roster!.Members.Select(member => PartNames.Expert(member.Spec)))],
        };
    }

    /// <summary>
    /// Writes a file beside the one of that name and puts it in its place once it is on the disk, so that a crash
    /// leaves the old file or none.
    /// </summary>
    /// <exception cref="ModelFileException">It cannot be written.</exception>
    public void Write(string path)
    {
        if (Experts.Count != Roster.Count)
            throw new InvalidOperationException(
                $"{Experts.Count} images of experts were given, but the pool has {Roster.Count} experts.");
        ModelFilePath.Replace(path, file =>
        {
            var parts = new PartWriter(file);
            parts.WriteHeader(Format);
            parts.Encode(PartNames.Definition, state => DefinitionFormat.WriteV2(state, Schema, Options));
            parts.Encode(PartNames.Progress, state => Progress.Write(state, Roster));
            parts.Write(PartNames.Gate, Gate.Span);
            for (var place = 0; place < Experts.Count; place++)
                parts.Write(PartNames.Expert(Roster[place].Spec), Experts[place].Span);
        });
    }

    /// <summary>The hash of every part, in the order in which <see cref="Fingerprints.Combine"/> takes them.</summary>
    /// <exception cref="InvalidDataException">The gate's image is damaged.</exception>
    public IReadOnlyList<(string Part, string Fingerprint)> PartFingerprints()
    {
        var (encoding, mixing, _) = GateImage.Split(Gate);
        return
        [
            ("the gate's encoding", Fingerprints.Of(encoding)),
            ("the gate's mixing", Fingerprints.Of(mixing)),
            .. Roster.Members.Zip(Experts, (member, image) => ($"expert '{member.Spec.Id}'", image.Length > 0
                ? Fingerprints.Of(image.Span)
                : Fingerprints.Of(member.Create(Schema).Save))),
        ];
    }

    /// <summary>What <see cref="Mixture.Fingerprint"/> says of the mixture that this is.</summary>
    /// <exception cref="InvalidDataException">The gate's image is damaged.</exception>
    public string Fingerprint() => Progress.Changes.Count > 0
        ? Mixture.From(this).Fingerprint()                   // of the pool that the next batch meets
        : Fingerprints.Combine(PartFingerprints().Select(part => part.Fingerprint));

    private static (Schema Schema, MixtureOptions Options) ReadDefinition(StateReader state, int format)
    {
        var (schema, options) = format == 1 ? DefinitionFormat.Read(state) : DefinitionFormat.ReadV2(state);
        if (schema.Features.Count == 0)
            throw state.Damaged("no features were found; at least one was expected");
        try
        {
            return (schema, options.Validated());
        }
        catch (InvalidOptionsException e)
        {
            throw new InvalidDataException(e.Problems[0], e);
        }
    }
}

/// <summary>Where a model file lies: opened to be read, or written as a whole.</summary>
internal static class ModelFilePath
{
    /// <summary>Opens a file that can be read from any place.</summary>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path))
            throw new ModelFileException($"{path} is a directory; give a model file.");
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            if (file.CanSeek)
                return file;
            file.Dispose();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelFileException($"There is no file {path}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ModelFileException($"{path} cannot be opened: {e.Message}", e);
        }
        throw new ModelFileException($"{path} is a stream; give a model file on a disk.");
    }

    /// <summary>Writes a whole file as <see cref="OutputFile.Replace"/> does.</summary>
    public static void Replace(string path, Action<Stream> write)
    {
        try
        {
            OutputFile.At(path).Replace(write);
        }
        catch (OutputFileException e)
        {
            throw new ModelFileException(e.Message, e);
        }
    }
}

/// <summary>
/// What the parts of a model file are called in messages. The names are part of the checksums, so that no part passes
/// for another.
/// </summary>
internal static class PartNames
{
    public const string Definition = "the definition";
    public const string Progress = "the standing";
    public const string Gate = "the image of the gate";

    public static string Expert(ExpertSpec spec) => $"the image of expert '{spec.Id}'";
}

/// <summary>A model file that cannot be read or written: one line says which, what is wrong and what to do.</summary>
public sealed class ModelFileException : Exception
{
    /// <summary>A model file that cannot be used because of <paramref name="message"/>.</summary>
    public ModelFileException(string message)
        : base(message)
    {
    }

    /// <summary>As above, after the error <paramref name="innerException"/>.</summary>
    public ModelFileException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A part of a model that is not as it was written.</summary>
    internal static ModelFileException Damaged(string file, string part, string finding, Exception? cause = null) =>
        new($"{file}: {part} is damaged: {finding.TrimEnd('.')}; use a copy of the file, or export the model again.",
            cause);
}
