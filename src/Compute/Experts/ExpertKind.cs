using MoE.Compute.Data;
using MoE.Compute.Gpu.Slots;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts;

/// <summary>An option of a kind of expert.</summary>
/// <param name="Name">How it is written: name=value.</param>
/// <param name="Default">Its value where it is left out.</param>
/// <param name="Allowed">What it may be.</param>
public sealed record KindOption(string Name, string Default, string Allowed);

/// <summary>
/// Everything that distinguishes one kind of expert from the others, in one place. <see cref="ExpertKinds.All"/> lists
/// the kinds; nothing else in the program knows them by name.
/// </summary>
public abstract class ExpertKind
{
    private protected ExpertKind(string name) => Name = name;

    /// <summary>Its name: the first word of a specification.</summary>
    public string Name { get; }

    /// <summary>All its options.</summary>
    public abstract IReadOnlyList<KindOption> Options { get; }

    /// <summary>Answers per row of its experts.</summary>
    public abstract int Heads { get; }

    /// <summary>Whether a kernel computes its experts on a device; only the CPU does for the others.</summary>
    public abstract bool HasKernel { get; }

    /// <summary>
    /// The specifications by which its kernel is compared with its definition; none where it has no kernel.
    /// </summary>
    public abstract IReadOnlyList<string> KernelChecks { get; }

    /// <summary>Whether a specification that begins with this word is of this kind.</summary>
    internal virtual bool IsCalled(ReadOnlySpan<char> word) => word.SequenceEqual(Name);

    /// <summary>The options record of a specification of this kind; what is wrong with it is added.</summary>
    internal abstract object ReadOptions(ExpertSpec spec, List<string> problems);

    /// <summary>The specification's options, each of them written out.</summary>
    internal abstract string TextOf(ExpertSpec spec);

    /// <summary>An expert that computes in vectors of a given width; all widths give the same bits.</summary>
    internal abstract IExpert Create(ExpertSpec spec, Schema schema, ulong seed, VectorWidth width);

    /// <summary>Bytes of an expert's numbers once it has met all there is; one that has met less takes less.</summary>
    internal abstract long BytesOf(ExpertSpec spec, StreamShape met);

    /// <summary>What a row costs an expert.</summary>
    internal abstract ExpertCost CostOf(ExpertSpec spec, Schema schema, int classes);

    /// <summary>A specification that needs the same code compiled, but next to no memory and time.</summary>
    internal abstract ExpertSpec SmallOf(ExpertSpec spec);

    /// <summary>Whether growth keeps copies of an expert in the archive, and which ones it prefers.</summary>
    internal abstract ArchiveRank ArchiveRankOf(ExpertSpec spec);

    /// <summary>Room on a device for experts of a specification; null where the kind has no kernel.</summary>
    internal abstract IExpertArena? CreateArena(ExpertSpec spec, ArenaPlace place, Schema schema);
}

/// <summary>Whether copies of an expert are worth keeping in the archive.</summary>
internal enum ArchiveRank
{
    /// <summary>They are not: what it knows of an earlier time is soon of no use, or costs too much to keep.</summary>
    Never,

    /// <summary>They are, where no expert of the pool is preferred.</summary>
    Allowed,

    /// <summary>They are, before those of others.</summary>
    Preferred,
}

/// <summary>
/// What a stream has shown so far: all that the size of an expert depends on besides its options, the same on every
/// machine and in a replay.
/// </summary>
/// <param name="Numeric">Numeric features.</param>
/// <param name="Categorical">Categorical features.</param>
/// <param name="Names">Names of all categorical features together.</param>
/// <param name="Classes">Classes.</param>
internal readonly record struct StreamShape(int Numeric, int Categorical, int Names, int Classes);
