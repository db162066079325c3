using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Numerics;

namespace MoE.Compute;

/// <summary>
/// Has the arithmetic compiled before the first row arrives: the compiler takes some tenths of a second, which a first
/// row would otherwise wait for, and a service's first callers too.
/// </summary>
public static class WarmUp
{
    private const int Rows = 48;

    /// <summary>Learns and predicts made-up rows with a small mixture of the same kinds, and forgets it.</summary>
    public static void Run(MixtureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var schema = new Schema([new("number", ColumnKind.Numeric), new("name", ColumnKind.Categorical)], "class");
        var small = options.Pool.Select(spec => ExpertKinds.Of(spec).SmallOf(spec));
        var mixture = new Mixture(schema, new MixtureOptions { Pool = [.. small] });
        mixture.Learn(Batch(0, classes: 2));
        mixture.Learn(Batch(1, classes: 6));                 // rows of leaves and tables widen with the classes
        mixture.Predict(Batch(1, classes: 6));
        mixture.Learn(Batch(2, classes: 12));
        mixture.Predict(Batch(2, classes: 12));
        mixture.Fingerprint();
    }

    private static RowBatch Batch(int number, int classes)
    {
        var known = number == 0 ? 0 : number == 1 ? 2 : 6;
        IEnumerable<Term> names = Enumerable.Range(known, classes - known).Select(c => new Term(Term.Class, $"{c}"));
        return new RowBatch
        {
            Values = [.. Enumerable.Range(0, Rows)
                .SelectMany(i => new[] { CounterRandom.Uniform(1, (ulong)number, (ulong)i), number })],
            Targets = [.. Enumerable.Range(0, Rows).Select(i => i % classes)],
            NewTerms = [.. names, new Term(1, $"{number}")],
            NextOffset = (number + 1) * Rows,
        };
    }
}
