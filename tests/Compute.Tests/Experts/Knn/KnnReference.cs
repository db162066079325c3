using MoE.Compute.Encoding;
using MoE.Compute.Experts.Knn;

namespace MoE.Compute.Tests.Experts.Knn;

/// <summary>
/// The k nearest of the last rows by sorting all of them by (distance, slot); votes in doubles. Distances are summed in
/// floats, feature by feature, so that equal ones are equal.
/// </summary>
internal sealed class KnnReference(KnnOptions options) : ExpertReference
{
    private readonly List<(float[] Z, int[] Category, int Label)> _slots = [];
    private (float[] Z, int[] Category) _row;
    private int _next;

    public override double[][] Predict(TrainingBatch batch, int row)
    {
        _row = (
            [.. Enumerable.Range(row * batch.Features.Numeric, batch.Features.Numeric).Select(at => Number(batch, at))],
            batch.Features.Category.AsSpan(row * batch.Features.Categorical, batch.Features.Categorical).ToArray());
        var sorted = _slots.Select((s, slot) => (Distance: Distance(s.Z, s.Category), Slot: slot, s.Label))
            .Order().ToList();
        return [
            Vote([.. sorted.Take(options.Near).Select(s => ((double)s.Distance, s.Label))], batch.Labels.KnownClasses[row]),
            Vote([.. sorted.Take(options.Wide).Select(s => ((double)s.Distance, s.Label))], batch.Labels.KnownClasses[row])];
    }

    public override void Learn(TrainingBatch batch, int row)
    {
        var slot = (_row.Z, _row.Category, batch.Labels.Targets[row]);
        if (_slots.Count < options.Size)
            _slots.Add(slot);
        else
            _slots[_next] = slot;
        _next = (_next + 1) % options.Size;
    }

    private float Number(TrainingBatch batch, int at) => options.Input == KnnInput.Z
        ? batch.Features.Z[at]
        : MathF.Sqrt(12) * (float.IsNaN(batch.Features.Rank[at]) ? 0.5f : batch.Features.Rank[at]);

    private float Distance(float[] z, int[] category)
    {
        var sum = 0f;
        for (var j = 0; j < z.Length; j++)
            sum = MathF.FusedMultiplyAdd(z[j] - _row.Z[j], z[j] - _row.Z[j], sum);
        for (var m = 0; m < category.Length; m++)
            sum += category[m] == _row.Category[m] ? 0f : 2f;
        return sum;
    }

    private static double[] Vote((double Distance, int Label)[] nearest, int classes)
    {
        if (nearest.Length == 0)
            return [.. Enumerable.Repeat(1.0 / classes, classes)];
        var (least, most) = (nearest[0].Distance, nearest[^1].Distance);
        var votes = nearest
            .Select(n => (n.Label, Weight: Math.Exp(-2 * (n.Distance - least) / (most + 1e-6)))).ToList();
        var total = votes.Sum(v => v.Weight);
        return [.. Enumerable.Range(0, classes).Select(
            c => (0.98 * votes.Where(v => v.Label == c).Sum(v => v.Weight) / total) + (0.02 / classes))];
    }
}
