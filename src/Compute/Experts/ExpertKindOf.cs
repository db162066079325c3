using MoE.Compute.Data;
using MoE.Compute.Gpu.Slots;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts;

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

    /// <summary>Its kernel; null where only the CPU computes its experts.</summary>
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
