using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Scoring;

namespace MoE.Benchmarks.Pool;

/// <summary>What a mixture in one thread made of a stream; each row was predicted before it was learned.</summary>
/// <param name="Mixture">The mixture behind the last row.</param>
/// <param name="Truths">The rows' classes.</param>
/// <param name="Right">Whether each was predicted.</param>
/// <param name="Load">Rows that each routed expert was chosen for; empty where the pool was changed.</param>
internal sealed record Outcome(Mixture Mixture, List<int> Truths, List<bool> Right, long[] Load)
{
    /// <summary>Rows after which a fall was confirmed, to the end of their batch; one for each.</summary>
    public List<int> Falls { get; } = [];

    /// <summary>Learns a source to its end.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="options">The mixture.</param>
    /// <param name="row">Where a batch is to end, whatever its length.</param>
    /// <param name="change">Called there.</param>
    public static Outcome Of(IRowSource source, MixtureOptions options, int row = 0, Action<Mixture>? change = null)
    {
        var mixture = new Mixture(source.Schema, options);
        var outcome = new Outcome(mixture, [], [], new long[mixture.Roster.Routed.Count]);
        var learned = 0;
        while (source.Read(learned < row ? Math.Min(options.Batch, row - learned) : options.Batch) is { } rows)
        {
            if (learned == row)
                change?.Invoke(mixture);
            outcome.Learn(rows);
            learned += rows.Rows;
        }
        return outcome;
    }

    /// <summary>Right predictions, percent of the rows from one place to another, of some classes or of all.</summary>
    public double Accuracy(int from = 0, int to = int.MaxValue, Func<int, bool>? counts = null)
    {
        var (right, all) = (0, 0);
        for (var row = from; row < Math.Min(to, Truths.Count); row++)
        {
            if (counts is not null && !counts(Truths[row]))
                continue;
            all++;
            right += Right[row] ? 1 : 0;
        }
        return all == 0 ? double.NaN : 100.0 * right / all;
    }

    /// <summary>How evenly the rows were spread over the routed experts; null where there are none.</summary>
    public LoadBalance? Balance() => LoadBalance.Of([.. Load.Select(rows => (double)rows)]);

    private void Learn(RowBatch rows)
    {
        var predictions = Mixture.Learn(rows);
        Truths.AddRange(rows.Targets);
        Right.AddRange(predictions.Classes.Zip(rows.Targets, (predicted, truth) => predicted == truth));
        Falls.AddRange(predictions.Drifts.Select(_ => Truths.Count));
        var load = predictions.Load();
        for (var slot = 0; slot < Math.Min(load.Count, Load.Length); slot++)
            Load[slot] += load[slot];
    }
}
