using System.Runtime.InteropServices;
using MoE.Compute.Encoding;

namespace MoE.Compute.Gpu.Launches;

/// <summary>
/// What the expert in one slot does with consecutive batches: one item of a launch. Kept from launch to launch.
/// </summary>
internal sealed class SlotJob
{
    private readonly List<int> _rows = [];
    private readonly List<(float[][] Answers, int Place, int Rows)> _pieces = [];

    /// <summary>Whether it learns.</summary>
    public bool Learns { get; private set; }

    /// <summary>The rows of the launch that it sees, in order.</summary>
    public ReadOnlySpan<int> Rows => CollectionsMarshal.AsSpan(_rows);

    /// <summary>Whether it is empty, or does with the next batch what it does with those before.</summary>
    public bool CanTake(bool learns) => _pieces.Count == 0 || Learns == learns;

    /// <summary>Adds the expert's rows of a batch; its answers go to a place of the batch's list.</summary>
    /// <param name="job">Which rows.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="firstRow">Where in the launch the batch's rows begin.</param>
    /// <param name="answers">The answers to the batch.</param>
    /// <param name="place">The expert's place there.</param>
    public void Add(DeviceJob job, TrainingBatch batch, int firstRow, float[][] answers, int place)
    {
        Learns = job.Learns;
        if (job.Rows is { } some)
            foreach (var row in some)
                _rows.Add(firstRow + row);
        else
            for (var row = 0; row < batch.Rows; row++)
                _rows.Add(firstRow + row);
        _pieces.Add((answers, place, job.Rows?.Length ?? batch.Rows));
    }

    /// <summary>Gives the answers out, batch by batch.</summary>
    /// <param name="numbers">Answers to all rows.</param>
    /// <param name="length">Numbers of one row.</param>
    public void End(ReadOnlySpan<float> numbers, int length)
    {
        foreach (var (answers, place, rows) in _pieces)
        {
            answers[place] = numbers[..(rows * length)].ToArray();
            numbers = numbers[(rows * length)..];
        }
    }

    /// <summary>Empties the ofSlot.</summary>
    public void Clear()
    {
        _pieces.Clear();
        _rows.Clear();
    }
}
