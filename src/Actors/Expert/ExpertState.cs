using System.Numerics;
using System.Runtime.InteropServices;
using MoE.Compute.Encoding;
using static MoE.Actors.Expert.ExpertCommands;

namespace MoE.Actors.Expert;

/// <summary>Answers of an expert that are not finite numbers.</summary>
internal sealed class NonFiniteAnswerException(int row)
    : Exception($"its answer to row {row} of the batch is not a finite number");

/// <summary>
/// An expert and the rules of its batches: each is learned once, in order; one that comes again is answered from
/// memory.
/// </summary>
/// <param name="backend">The expert's numbers, which from here on belong to this state.</param>
/// <param name="heads">Answers per row.</param>
/// <param name="image">The snapshot that it was restored from; 0 for none.</param>
/// <param name="window">Batches that may be under way, and so come again.</param>
/// <param name="isCopy">Whether it has begun as a copy of another one, which no snapshot holds yet.</param>
internal sealed class ExpertState(IExpertBackend backend, int heads, long image, int window, bool isCopy = false)
{
    private readonly Queue<(long Number, float[] Answers)> _kept = new(window + 1);
    private bool _learned = true;
    private bool _hasChanged = isCopy;
    private long _changed = image;

    /// <summary>Where the numbers are.</summary>
    public IExpertBackend Backend => backend;

    /// <summary>The newest snapshot known to hold a state of this expert.</summary>
    public long Stored { get; private set; } = image;

    /// <summary>The last batch that was begun, as far as it came by here.</summary>
    public long Processed { get; private set; } = image;

    /// <summary>Whether the state differs from the one in the newest snapshot.</summary>
    public bool HasChanged => _hasChanged || _changed > Stored;

    /// <summary>Notes that a snapshot is stored.</summary>
    public void NoteStored(long number) => (Stored, _hasChanged) = (Math.Max(Stored, number), false);

    /// <summary>
    /// Predicts rows of a batch, and learns them unless it is frozen. Null where the answers come later, and for a
    /// batch that was learned so long ago that its answers are gone; the gate had them before it sent the later ones.
    /// </summary>
    /// <exception cref="NonFiniteAnswerException">An answer is infinite or no number; the state is lost.</exception>
    public float[]? Process(ProcessRows job)
    {
        var number = job.Batch.Number;
        if (number <= Processed)
            return Kept(number);
        // Answers of a whole window ago were mixed before this batch could begin: nobody reads them any more.
        var isOver = _kept.TryPeek(out var oldest) && oldest.Number <= number - window;
        var answers = backend.Process(job, isOver ? _kept.Dequeue().Answers : null);
        Processed = number;
        if (job.Learns || _learned)
            _changed = number;                               // the first batch of a frozen one settles it
        _learned = job.Learns;
        return answers is null ? null : Finish(job.Batch, job.Rows, answers);
    }

    /// <summary>Takes the answers of a batch that was begun.</summary>
    /// <exception cref="NonFiniteAnswerException">An answer is infinite or no number; the state is lost.</exception>
    public float[] Finish(TrainingBatch batch, int[]? rows, float[] answers)
    {
        Check(batch, rows, answers);
        _kept.Enqueue((batch.Number, answers));
        return answers;
    }

    private float[]? Kept(long number)
    {
        foreach (var kept in _kept)
            if (kept.Number == number)
                return kept.Answers;
        return null;
    }

    private void Check(TrainingBatch batch, int[]? rows, ReadOnlySpan<float> answers)
    {
        var count = rows?.Length ?? batch.Rows;
        for (var i = 0; i < count; i++)
        {
            var row = rows is null ? i : rows[i];
            for (var head = 0; head < heads; head++)
                if (!AllFinite(answers.Slice(
                    ((i * heads) + head) * batch.Labels.Stride, batch.Labels.KnownClasses[row])))
                    throw new NonFiniteAnswerException(row);
        }
    }

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        var lanes = MemoryMarshal.Cast<float, Vector<float>>(values);
        var difference = Vector<float>.Zero;
        foreach (var lane in lanes)
            difference += lane - lane;                       // 0 for a finite number, else no number
        var rest = Vector.Sum(difference);
        foreach (var value in values[(lanes.Length * Vector<float>.Count)..])
            rest += value - value;
        return rest == 0f;
    }
}
