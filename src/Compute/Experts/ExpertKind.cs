using MoE.Compute.Data;
using MoE.Compute.Gpu.Slots;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts;

/// <summary>An option of a kind of expert.</summary>
/// <param name="Name">How it is written: name=value.</param>
/// <param name="Default">Its value if it is left out.</param>
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
    /// The specifications by which its kernel is compared with its definition; none if it has no kernel.
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

    /// <summary>Room on a device for experts of a specification; null if the kind has no kernel.</summary>
    internal abstract IExpertArena? CreateArena(ExpertSpec spec, ArenaPlace place, Schema schema);
}

/// <summary>Whether copies of an expert are worth keeping in the archive.</summary>
internal enum ArchiveRank
{
    /// <summary>They are not: what it knows of an earlier time is soon of no use, or costs too much to keep.</summary>
    Never,

    /// <summary>They are, if no expert of the pool is preferred.</summary>
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

/// <summary>
/// What a kind of expert states about itself, by its options. There is no default for any of it: a kind that lacks a
/// facet says so.
/// </summary>
/// <typeparam name="TOptions">The kind's options.</typeparam>
internal abstract class ExpertKindOf<TOptions>(string name) : ExpertKind(name) where TOptions : class, new()
{
    private IReadOnlyList<KindOption>? _options;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<KindOption> Options => _options ??= Known(new TOptions());

    /// <inheritdoc/>
    public sealed override bool HasKernel => Kernel is not null;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<string> KernelChecks => Kernel?.Checks ?? [];

    /// <summary>Its kernel; null if only the CPU computes its experts.</summary>
    protected abstract ExpertKernel<TOptions>? Kernel { get; }

    /// <summary>Reads and checks options; <paramref name="otherwise"/> has the values of those left out.</summary>
    protected abstract TOptions Read(OptionReader read, TOptions otherwise);

    /// <summary>
    /// A new expert that has seen nothing; equal options and seeds give equal experts. The widths are named one by one:
    /// what a generic virtual method creates is not compiled ahead of time.
    /// </summary>
    protected abstract IExpert Create(TOptions options, Schema schema, ulong seed, VectorWidth width);

    /// <summary>The floats of its state once it has met all there is.</summary>
    protected abstract long FloatsOf(TOptions options, StreamShape met);

    /// <summary>What a row costs.</summary>
    protected abstract ExpertCost CostOf(TOptions options, Schema schema, int classes);

    /// <summary>Options that need the same code compiled, but next to no memory and time.</summary>
    protected abstract TOptions SmallOf(TOptions options);

    /// <summary>Whether growth keeps copies in the archive.</summary>
    protected abstract ArchiveRank ArchiveRankOf(TOptions options);

    /// <inheritdoc/>
    internal sealed override TOptions ReadOptions(ExpertSpec spec, List<string> problems)
    {
        var read = new OptionReader(spec, problems);
        var options = Read(read, new TOptions());
        read.End();
        return options;
    }

    /// <inheritdoc/>
    internal sealed override string TextOf(ExpertSpec spec) => TextOf(Valid(spec));

    /// <inheritdoc/>
    internal sealed override IExpert Create(ExpertSpec spec, Schema schema, ulong seed, VectorWidth width) =>
        Create(Valid(spec), schema, seed, width);

    /// <inheritdoc/>
    internal sealed override long BytesOf(ExpertSpec spec, StreamShape met) =>
        sizeof(float) * FloatsOf(Valid(spec), met);

    /// <inheritdoc/>
    internal sealed override ExpertCost CostOf(ExpertSpec spec, Schema schema, int classes) =>
        CostOf(Valid(spec), schema, classes);

    /// <inheritdoc/>
    internal sealed override ExpertSpec SmallOf(ExpertSpec spec) => spec with { Text = TextOf(SmallOf(Valid(spec))) };

    /// <inheritdoc/>
    internal sealed override ArchiveRank ArchiveRankOf(ExpertSpec spec) => ArchiveRankOf(Valid(spec));

    /// <inheritdoc/>
    internal sealed override IExpertArena? CreateArena(ExpertSpec spec, ArenaPlace place, Schema schema) =>
        Kernel?.CreateArena(place, Valid(spec), schema);

    private string TextOf(TOptions options) =>
        string.Join(' ', [Name, .. Known(options).Select(option => $"{option.Name}={option.Default}")]);

    private IReadOnlyList<KindOption> Known(TOptions options)
    {
        var read = new OptionReader(new ExpertSpec(Name, ExpertRole.Shared, Name), []);
        Read(read, options);
        return read.Known;
    }

    private TOptions Valid(ExpertSpec spec)
    {
        List<string> problems = [];
        var options = ReadOptions(spec, problems);
        return problems.Count == 0 ? options : throw new InvalidOptionsException(problems);
    }
}

/// <summary>How experts of a kind are computed on a device.</summary>
/// <param name="CreateArena">Makes room for experts of the same options; the kernels are compiled then.</param>
/// <param name="Checks">The specifications by which the kernel is compared with the kind's definition.</param>
internal sealed record ExpertKernel<TOptions>(
    Func<ArenaPlace, TOptions, Schema, IExpertArena> CreateArena, IReadOnlyList<string> Checks);

/// <summary>
/// What it costs one expert to predict one row and learn it, counted from its shape as the definition computes it:
/// classes and hidden units padded to 16, or 4 and 8 where a kind has narrow rows.
/// </summary>
/// <param name="Operations">
/// Additions, multiplications and other arithmetic on floats; a multiplication with an addition counts two, e^x 22.
/// </param>
/// <param name="Bytes">
/// Bytes of its state read and written; where rows of a table lie scattered, the whole lines of 64 bytes around them.
/// </param>
/// <param name="Roots">Square roots taken and divided by.</param>
/// <param name="Steps">
/// Operations that each need the one before, from a row's first number to the last weight learned, which the next row
/// needs; 0 if a row does not wait for the one before.
/// </param>
/// <param name="Lines">Lines of 64 bytes that lie scattered in its state, and are read and written.</param>
/// <param name="State">Bytes of its state.</param>
public readonly record struct ExpertCost(
    double Operations, double Bytes, double Roots, double Steps, double Lines, double State)
{
    /// <summary>Bytes of a cache line, and of a number.</summary>
    internal const int Line = 64, Float = sizeof(float);

    /// <summary>Operations of e^x, of a softmax per class (without the sum's logarithm), of one step of Adam.</summary>
    internal const int Power = 22, Softmax = 30, AdamStep = 14;

    /// <summary>
    /// Steps from a sum to the gradient of its softmax: greatest 5, e^x 16, sum 5, division 3, and 8 around them.
    /// </summary>
    internal const int ToGradient = 37;

    /// <summary>Cache lines of so many floats, which begin at a multiple of their number.</summary>
    internal static int LinesOf(int floats) => Math.Max(1, floats * Float / Line);
}
