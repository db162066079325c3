using BenchmarkDotNet.Attributes;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Gating;

namespace MoE.Benchmarks;

/// <summary>
/// What one expert of the default pool costs: predict and learn a batch of 64 rows of random numbers.
/// </summary>
public class ExpertBenchmarks
{
    private const int Rows = 64;

    private readonly List<TrainingBatch> _batches = [];
    private IExpert _expert = null!;
    private int _next;

    /// <summary>The expert's id in the default pool.</summary>
    [Params("mlp-hat", "mlp-averaged", "fern-5", "fern-10", "cross", "memory-1000", "memory-4000", "bank-1")]
    public string Expert { get; set; } = "";

    /// <summary>Numeric features per row.</summary>
    [Params(8, 54)]
    public int Features { get; set; }

    /// <summary>Encodes 100 batches, so that caches see as much change as in a stream.</summary>
    [GlobalSetup]
    public void Encode()
    {
        var schema = new Schema(
            [.. Enumerable.Range(0, Features).Select(j => new Column($"x{j}", ColumnKind.Numeric))], "y");
        var spec = DefaultPool.Experts.Single(e => e.Id == Expert);
        var random = new Random(1);
        var gate = new Gate(schema, new MixtureOptions { Window = 256 });
        _expert = ExpertKinds.Create(spec, schema, 1);
        _batches.Clear();
        for (var n = 0; n < 100; n++)
            _batches.Add(gate.Encode(new RowBatch
            {
                Values = [.. Enumerable.Range(0, Rows * Features).Select(_ => random.NextSingle())],
                Targets = [.. Enumerable.Range(0, Rows).Select(i => i % 2)],
                NewTerms = n > 0 ? [] : [new(Term.Class, "a"), new(Term.Class, "b")],
                NextOffset = (n + 1) * Rows,
            }).Training);
    }

    /// <summary>One batch; the result is time per row.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public float[] Learn()
    {
        _next = (_next + 1) % _batches.Count;
        return ExpertRunner.Run(_expert, _batches[_next], null);
    }
}
