using System.Runtime.Intrinsics;
using MoE.Compute.Data;
using MoE.Compute.Experts.Cross;
using MoE.Compute.Experts.Deep;
using MoE.Compute.Experts.Fern;
using MoE.Compute.Experts.Memory;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Simd;

namespace MoE.Compute.Experts;

/// <summary>The kinds of expert, by name: <c>mlp</c>, <c>deep</c>, <c>cross</c>, <c>fern</c>, <c>memory</c>.</summary>
public static class ExpertKinds
{
    /// <summary>Letters that an expert's id has at most.</summary>
    internal const int MaxIdLength = 64;

    private const int MaxLeaves = 1 << 21;

    /// <summary>The names of all kinds.</summary>
    public static IReadOnlyList<string> Names { get; } = ["mlp", "deep", "cross", "fern", "memory"];

    /// <summary>All kinds with their options.</summary>
    public static IReadOnlyList<ExpertKind> All { get; } = [.. Names.Select(name =>
    {
        var read = new OptionReader(new ExpertSpec(name, ExpertRole.Shared, name), []);
        Options(name, read);
        return new ExpertKind(name, read.Known);
    })];

    /// <summary>Answers per row of an expert of this specification.</summary>
    public static int Heads(ExpertSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.Kind == "memory" ? 2 : 1;
    }

    /// <summary>A new expert that has seen nothing; equal specifications and seeds give equal experts.</summary>
    /// <exception cref="InvalidOptionsException">The kind or an option is wrong.</exception>
    public static IExpert Create(ExpertSpec spec, Schema schema, long seed)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Create(spec, schema, Noise.Seed(seed, spec.Id));
    }

    /// <summary>A new expert whose random numbers are drawn from a seed of its own.</summary>
    /// <exception cref="InvalidOptionsException">The kind or an option is wrong.</exception>
    public static IExpert Create(ExpertSpec spec, Schema schema, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(schema);
        List<string> problems = [];
        var options = Options(spec, problems);
        if (problems.Count > 0)
            throw new InvalidOptionsException(problems);
        return Vector512.IsHardwareAccelerated ? Create<Lanes16>(options!, schema, seed)
            : Vector256.IsHardwareAccelerated ? Create<Twice<Lanes8>>(options!, schema, seed)
            : Create<Twice<Twice<Lanes4>>>(options!, schema, seed);
    }

    /// <summary>An expert that computes in vectors of a given width; all widths give the same bits.</summary>
    internal static IExpert Create<L>(object options, Schema schema, ulong seed)
        where L : struct, ILanes<L> => options switch
        {
            MlpOptions mlp => new MlpExpert<L>(mlp, schema, seed),
            DeepOptions deep => new DeepExpert<L>(deep, schema, seed),
            CrossOptions cross => new CrossExpert<L>(cross, schema, seed),
            FernOptions fern => new FernExpert<L>(fern, schema, seed),
            MemoryOptions memory => new MemoryExpert<L>(memory, schema),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options, "No kind has such options."),
        };

    /// <summary>The options record of a specification; null, and a problem, for an unknown kind.</summary>
    internal static object? Options(ExpertSpec spec, List<string> problems)
    {
        var read = new OptionReader(spec, problems);
        var options = Options(spec.Kind, read);
        if (options is null)
            read.Refuse($"there is no kind '{spec.Kind}'; known are {string.Join(", ", Names)}");
        else
            read.End();
        return options;
    }

    private static object? Options(string kind, OptionReader read) => kind switch
    {
        "mlp" => Mlp(read, new MlpOptions()),
        "deep" => Deep(read, new DeepOptions()),
        "cross" => Cross(read, new CrossOptions()),
        "fern" => Fern(read, new FernOptions()),
        "memory" => Memory(read, new MemoryOptions()),
        _ => null,
    };

    internal static void Check(IReadOnlyList<ExpertSpec> pool, List<string> problems)
    {
        if (!pool.Any(e => e.Role == ExpertRole.Shared))
            problems.Add("moe.pool.shared is empty; it must name at least one expert that sees every row.");
        foreach (var twice in pool.GroupBy(e => e.Id).Where(g => g.Count() > 1))
            problems.Add($"moe.pool has {twice.Count()} experts called '{twice.Key}'; an id must be unique.");
        HashSet<string> texts = [];
        foreach (var spec in pool)
        {
            if (!IsStoredId(spec.Id))
                problems.Add(CalledWrongly(spec.Id));
            if (texts.Add(spec.Text))                        // a line of settings may stand for a thousand experts
                Options(spec, problems);
        }
    }

    /// <summary>The ids that a pool may not begin with, though a stored pool may have them; a sentence each.</summary>
    internal static IEnumerable<string> IdProblems(IEnumerable<ExpertSpec> pool) =>
        pool.Select(spec => spec.Id).Where(id => IdProblem(id) is not null && IsStoredId(id)).Select(CalledWrongly);

    /// <summary>Why a new expert cannot be called so; null where it can.</summary>
    internal static string? IdProblem(string id) => IsStoredId(id) && char.IsAsciiLetterLower(id[0])
        ? null
        : $"an id is 1 to {MaxIdLength} of a-z, 0-9 and '-', starting with a letter.";

    /// <summary>Whether a stored expert may be called so: earlier versions took any of these at the start.</summary>
    internal static bool IsStoredId(string id) => id.Length is > 0 and <= MaxIdLength && id.All(IsIdLetter);

    private static string CalledWrongly(string id) => $"moe.pool has an expert called '{id}'; {IdProblem(id)}";

    private static bool IsIdLetter(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-';

    private static MlpOptions Mlp(OptionReader read, MlpOptions otherwise) => new()
    {
        Input = read.Choice("input", otherwise.Input),
        Hidden = read.Whole("hidden", otherwise.Hidden, 1, 8192),
        Optimizer = read.Choice("optimizer", otherwise.Optimizer),
        Rate = read.Number("rate", otherwise.Rate, 1f),
        Average = read.Number("average", otherwise.Average, 0.05f, zero: true),
    };

    private static DeepOptions Deep(OptionReader read, DeepOptions otherwise) => new()
    {
        Input = read.Choice("input", otherwise.Input),
        Hidden = read.Whole("hidden", otherwise.Hidden, 1, 1024),
        Second = read.Whole("second", otherwise.Second, 1, 1024),
        Optimizer = read.Choice("optimizer", otherwise.Optimizer),
        Rate = read.Number("rate", otherwise.Rate, 1f),
        Minibatch = read.Whole("minibatch", otherwise.Minibatch, 1, 256),
    };

    private static CrossOptions Cross(OptionReader read, CrossOptions otherwise) => new()
    {
        Bits = read.Whole("bits", otherwise.Bits, 8, 22),
        Rate = read.Number("rate", otherwise.Rate, 1f),
        Pairs = read.Whole("pairs", otherwise.Pairs, 0, 4096),
        Bins = read.Whole("bins", otherwise.Bins, 2, 64),
    };

    private static FernOptions Fern(OptionReader read, FernOptions otherwise)
    {
        var options = new FernOptions
        {
            Count = read.Whole("count", otherwise.Count, 1, 1024),
            Depth = read.Whole("depth", otherwise.Depth, 1, 14),
            Rate = read.Number("rate", otherwise.Rate, 1f),
        };
        if (options.Count << options.Depth > MaxLeaves)
            read.Refuse($"count · 2^depth is {options.Count << options.Depth}; it must be {MaxLeaves} or less");
        return options;
    }

    private static MemoryOptions Memory(OptionReader read, MemoryOptions otherwise)
    {
        var size = read.Whole("size", otherwise.Size, 16, 65536);
        var wide = read.Whole("wide", Math.Min(otherwise.Wide, size), 1, size, "size");
        return new()
        {
            Input = read.Choice("input", otherwise.Input),
            Size = size,
            Wide = wide,
            Near = read.Whole("near", Math.Min(otherwise.Near, wide), 1, wide, "wide"),
        };
    }
}
