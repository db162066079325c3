using MoE.Compute.Experts.Mlp;
using MoE.Compute.Files;

namespace MoE.Compute.Experts.Deep;

/// <summary>
/// What up to M rows touch of the first layer, and their classes: the rows that were learned since the last step.
/// </summary>
internal sealed class PendingRows(int most, int touched)
{
    private readonly int[] _counts = new int[most];
    private readonly int[] _index = new int[most * touched];
    private readonly float[] _weight = new float[most * touched];

    /// <summary>Rows that wait for a step.</summary>
    public int Count { get; set; }

    /// <summary>Rows that a step learns from, M.</summary>
    public int Most => most;

    /// <summary>Entries that a row has at most; those of row m begin at m times this.</summary>
    public int Touched => touched;

    /// <summary>Classes (M).</summary>
    public int[] Targets { get; } = new int[most];

    /// <summary>The weight of an entry.</summary>
    public float WeightOf(int entry) => _weight[entry];

    /// <summary>The rows of the first layer that a row touches.</summary>
    public ReadOnlySpan<int> Index(int row) => _index.AsSpan(row * touched, _counts[row]);

    /// <summary>How strongly it touches each.</summary>
    public ReadOnlySpan<float> Weight(int row) => _weight.AsSpan(row * touched, _counts[row]);

    /// <summary>Puts what was just read in a row's place.</summary>
    public void Put(int row, MlpInputs inputs)
    {
        _counts[row] = inputs.Count;
        Array.Copy(inputs.Index, 0, _index, row * touched, inputs.Count);
        Array.Copy(inputs.Weight, 0, _weight, row * touched, inputs.Count);
    }

    /// <summary>Σ ‖input‖² over all M rows.</summary>
    public float SquaredNorm()
    {
        var sum = 0f;
        for (var row = 0; row < most; row++)
            foreach (var weight in Weight(row))
                sum += weight * weight;
        return sum;
    }

    /// <summary>The same rows for another network.</summary>
    public PendingRows Clone()
    {
        var clone = new PendingRows(most, touched) { Count = Count };
        _counts.CopyTo(clone._counts, 0);
        _index.CopyTo(clone._index, 0);
        _weight.CopyTo(clone._weight, 0);
        Targets.CopyTo(clone.Targets, 0);
        return clone;
    }

    public void Save(StateWriter state)
    {
        state.Write<int>(_counts.AsSpan(0, Count));
        state.Write<int>(Targets.AsSpan(0, Count));
        for (var row = 0; row < Count; row++)
        {
            state.Write(Index(row));
            state.Write(Weight(row));
        }
    }

    public void Load(StateReader state, int rows, int classes)
    {
        var counts = state.ReadArray<int>();
        if (counts.Length >= most)
            throw state.Damaged($"{counts.Length} waiting rows were found; fewer than {most} were expected");
        if (counts.AsSpan().ContainsAnyExceptInRange(0, touched))
            throw state.Damaged($"a count of inputs was found that is not from 0 to {touched}");
        Count = counts.Length;
        counts.CopyTo(_counts, 0);
        state.Read<int>(Targets.AsSpan(0, Count));
        if (Targets.AsSpan(0, Count).ContainsAnyExceptInRange(0, classes - 1))
            throw state.Damaged($"a class was found that is not from 0 to {classes - 1}");
        for (var row = 0; row < Count; row++)
        {
            state.Read<int>(_index.AsSpan(row * touched, counts[row]));
            state.Read<float>(_weight.AsSpan(row * touched, counts[row]));
            if (Index(row).ContainsAnyExceptInRange(0, rows - 1))
                throw state.Damaged($"an input was found that is not from 0 to {rows - 1}");
        }
    }
}
