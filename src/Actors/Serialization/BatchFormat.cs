using MoE.Actors.Gate;
using MoE.Compute.Data;
using MoE.Compute.Files;

namespace MoE.Actors.Serialization;

/// <summary>Layout of <see cref="BatchesAccepted"/>: the first number, then the batches, cells and all.</summary>
internal static class BatchFormat
{
    /// <summary>Bytes of a batch at least: its source, three numbers and four counts.</summary>
    private const int BatchBytes = 56;

    /// <summary>Bytes of a name or a refusal at least: a number and a length.</summary>
    private const int NoteBytes = 16;

    public static void Write(StateWriter state, BatchesAccepted e)
    {
        state.Write(e.First);
        state.Write((long)e.Batches.Count);
        foreach (var batch in e.Batches)
            Write(state, batch);
    }

    public static BatchesAccepted Read(StateReader state)
    {
        var first = state.ReadInt64();
        var batches = new AcceptedBatch[state.ReadItemCount(BatchBytes)];
        for (var i = 0; i < batches.Length; i++)
            batches[i] = ReadBatch(state);
        return new BatchesAccepted(first, batches);
    }

    private static void Write(StateWriter state, AcceptedBatch accepted)
    {
        var batch = accepted.Rows;
        if (batch.Names is not null)
            throw new InvalidOperationException("Rows whose names their source numbers are not stored.");
        state.Write((long)accepted.Source);
        state.Write(accepted.Learned);
        state.Write(batch.NextOffset);
        state.Write<float>(batch.Values);
        state.Write<int>(batch.Targets);
        state.Write((long)batch.NewTerms.Count);
        foreach (var term in batch.NewTerms)
        {
            state.Write((long)term.Column);
            state.Write(term.Text);
        }
        state.Write((long)batch.Refusals.Count);
        foreach (var refusal in batch.Refusals)
        {
            state.Write(refusal.Row);
            state.Write(refusal.Line);
            state.Write(refusal.Reason);
        }
    }

    private static AcceptedBatch ReadBatch(StateReader state)
    {
        var (source, learned) = (state.ReadCount(int.MaxValue), state.ReadInt64());
        var (offset, values, targets) = (state.ReadInt64(), state.ReadArray<float>(), state.ReadArray<int>());
        var terms = new Term[state.ReadItemCount(NoteBytes)];
        for (var i = 0; i < terms.Length; i++)
            terms[i] = new Term((int)state.ReadInt64(), state.ReadString());
        var refusals = new Refusal[state.ReadItemCount(NoteBytes)];
        for (var i = 0; i < refusals.Length; i++)
            refusals[i] = new Refusal(state.ReadInt64(), state.ReadInt64(), state.ReadString());
        return new AcceptedBatch(source, learned, new RowBatch
        {
            NextOffset = offset,
            Values = values,
            Targets = targets,
            NewTerms = terms,
            Refusals = refusals,
        });
    }
}
