using MoE.Compute.Data;
using MoE.Compute.Experts.Cross;
using MoE.Compute.Experts.Deep;
using MoE.Compute.Experts.Fern;
using MoE.Compute.Experts.Knn;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts;

/// <summary>The kinds of expert, by name: <c>mlp</c>, <c>deep</c>, <c>cross</c>, <c>fern</c>, <c>memory</c>.</summary>
public static class ExpertKinds
{
    /// <summary>Letters that an expert's id has at most.</summary>
    internal const int MaxIdLength = 64;

    private static readonly ExpertKind[] Kinds =
        [new MlpKind(), new DeepKind(), new CrossKind(), new FernKind(), new KnnKind()];

    /// <summary>All kinds. A new one is added to this list, and the program knows it.</summary>
    public static IReadOnlyList<ExpertKind> All => Kinds;

    /// <summary>The names of all kinds.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Kinds.Select(kind => kind.Name)];

    /// <summary>The kind of a specification.</summary>
    /// <exception cref="InvalidOptionsException">The kind is unknown.</exception>
    public static ExpertKind Of(ExpertSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Find(spec) ?? throw new InvalidOptionsException([Unknown(spec)]);
    }

    /// <summary>The same; null if the kind is unknown.</summary>
    internal static ExpertKind? Find(ExpertSpec spec)
    {
        ReadOnlySpan<char> text = spec.Text;
        var word = text.IndexOf(' ') is >= 0 and var end ? text[..end] : text;
        foreach (var kind in Kinds)
            if (kind.IsCalled(word))
                return kind;
        return null;
    }

    /// <summary>Answers per row of an expert of this specification.</summary>
    public static int Heads(ExpertSpec spec) => Of(spec).Heads;

    /// <summary>What a row costs an expert of this specification.</summary>
    /// <param name="spec">What it is.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="classes">Classes known.</param>
    public static ExpertCost CostOf(ExpertSpec spec, Schema schema, int classes)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return Of(spec).CostOf(spec, schema, classes);
    }

    /// <summary>A new expert that has seen nothing; equal specifications and seeds give equal experts.</summary>
    /// <exception cref="InvalidOptionsException">The kind or an option is wrong.</exception>
    public static IExpert Create(ExpertSpec spec, Schema schema, long seed)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Create(spec, schema, CounterRandom.Seed(seed, spec.Id));
    }

    /// <summary>A new expert whose random numbers are drawn from a seed of its own.</summary>
    /// <exception cref="InvalidOptionsException">The kind or an option is wrong.</exception>
    public static IExpert Create(ExpertSpec spec, Schema schema, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return Of(spec).Create(spec, schema, seed, VectorWidths.Widest);
    }

    /// <summary>Adds what is wrong with a specification.</summary>
    internal static void Check(ExpertSpec spec, List<string> problems)
    {
        if (Find(spec) is { } kind)
            kind.ReadOptions(spec, problems);
        else
            problems.Add(Unknown(spec));
    }

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
            if (texts.Add(spec.Text))                        // a line of settings may describe a thousand experts
                Check(spec, problems);
        }
    }

    /// <summary>The ids that a pool may not begin with, though a stored pool may have them; a sentence each.</summary>
    internal static IEnumerable<string> IdProblems(IEnumerable<ExpertSpec> pool) =>
        pool.Select(spec => spec.Id).Where(id => IdProblem(id) is not null && IsStoredId(id)).Select(CalledWrongly);

    /// <summary>Why a new expert cannot be called so; null if it can.</summary>
    internal static string? IdProblem(string id) => IsStoredId(id) && char.IsAsciiLetterLower(id[0])
        ? null
        : $"an id is 1 to {MaxIdLength} of a-z, 0-9 and '-', starting with a letter.";

    /// <summary>Whether a stored expert may be called so: earlier versions took any of these at the start.</summary>
    internal static bool IsStoredId(string id) => id.Length is > 0 and <= MaxIdLength && id.All(IsIdLetter);

    private static string CalledWrongly(string id) => $"moe.pool has an expert called '{id}'; {IdProblem(id)}";

    private static string Unknown(ExpertSpec spec) =>
        $"Expert '{spec.Id}' ({spec.Text}): unknown kind '{spec.Kind}'; known are {string.Join(", ", Names)}.";

    private static bool IsIdLetter(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-';
}
