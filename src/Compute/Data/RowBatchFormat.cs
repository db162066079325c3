using MoE.Compute.Files;

namespace MoE.Compute.Data;

/// <summary>
/// Layout of rows on their way between processes. Names that their source numbers are sent with the rows that have
/// them, numbered anew: a list that grows for ever stays where it is.
/// </summary>
public static class RowBatchFormat
{
    /// <summary>Bytes of a name or a refusal at least: a number and a length.</summary>
    private const int NoteBytes = 16;

    /// <summary>Writes rows.</summary>
    public static void Write(StateWriter state, RowBatch rows)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(rows);
        var (names, values, targets) = rows.Names is null ? (null, rows.Values, rows.Targets) : Compact(rows);
        state.Write(rows.NextOffset);
        state.Write<float>(values);
        state.Write<int>(targets);
        Write(state, rows.NewTerms);
        state.Write((long)rows.Refusals.Count);
        foreach (var refusal in rows.Refusals)
        {
            state.Write(refusal.Row);
            state.Write(refusal.Line);
            state.Write(refusal.Reason);
        }
        state.Write(names is null ? 0L : 1L);
        if (names is not null)
            Write(state, names);
    }

    /// <summary>Reads rows.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static RowBatch Read(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var (offset, values, targets) = (state.ReadInt64(0, long.MaxValue), state.ReadArray<float>(),
            state.ReadArray<int>());
        if (targets.Length == 0 ? values.Length > 0 : values.Length % targets.Length > 0)
            throw state.Damaged($"{values.Length} cells of {targets.Length} rows were found");
        var terms = ReadTerms(state);
        var refusals = new Refusal[state.ReadItemCount(NoteBytes)];
        for (var i = 0; i < refusals.Length; i++)
            refusals[i] = new Refusal(state.ReadInt64(), state.ReadInt64(), state.ReadString());
        var list = state.ReadCount(1) == 1 ? new NameList() : null;
        foreach (var term in list is null ? [] : ReadTerms(state))
            list!.Add(term);
        return new RowBatch
        {
            NextOffset = offset,
            Values = values,
            Targets = targets,
            NewTerms = terms,
            Refusals = refusals,
            Names = list?.SoFar,
        };
    }

    /// <summary>The names that the rows have, in their order, and the rows by the numbers of these.</summary>
    private static (List<Term> Names, float[] Values, int[] Targets) Compact(RowBatch rows)
    {
        var (values, targets) = ((float[])rows.Values.Clone(), (int[])rows.Targets.Clone());
        var features = rows.Rows == 0 ? 0 : values.Length / rows.Rows;
        var used = new Dictionary<(int Column, int Index), int>();
        foreach (var (column, index, _) in Places(rows, features))
            used.TryAdd((column, index), 0);
        List<Term> names = [];
        Dictionary<int, (int Met, int Kept)> counts = [];
        for (var i = 0; i < rows.Names!.Count; i++)
        {
            var name = rows.Names.List[i];
            var (met, kept) = counts.GetValueOrDefault(name.Column);
            if (used.ContainsKey((name.Column, met)))
            {
                names.Add(name);
                used[(name.Column, met)] = kept++;
            }
            counts[name.Column] = (met + 1, kept);
        }
        foreach (var (column, index, at) in Places(rows, features))
            if (index < counts.GetValueOrDefault(column).Met)
                if (column == Term.Class)
                    targets[at] = used[(column, index)];
                else
                    values[at] = used[(column, index)];
        return (names, values, targets);
    }

    /// <summary>Where the rows have the number of a name: its column, itself, and its cell or target.</summary>
    private static IEnumerable<(int Column, int Index, int At)> Places(RowBatch rows, int features)
    {
        var named = new HashSet<int>();
        for (var i = 0; i < rows.Names!.Count; i++)
            named.Add(rows.Names.List[i].Column);
        for (var row = 0; row < rows.Rows; row++)
        {
            for (var column = 0; column < features; column++)
                if (named.Contains(column) && rows.Values[(row * features) + column] is >= 0f and var number
                    && number == MathF.Floor(number))
                    yield return (column, (int)number, (row * features) + column);
            if (rows.Targets[row] >= 0)
                yield return (Term.Class, rows.Targets[row], row);
        }
    }

    private static void Write(StateWriter state, IReadOnlyCollection<Term> terms)
    {
        state.Write((long)terms.Count);
        foreach (var term in terms)
        {
            state.Write((long)term.Column);
            state.Write(term.Text);
        }
    }

    private static Term[] ReadTerms(StateReader state)
    {
        var terms = new Term[state.ReadItemCount(NoteBytes)];
        for (var i = 0; i < terms.Length; i++)
            terms[i] = new Term((int)state.ReadInt64(Term.Class, int.MaxValue), state.ReadString());
        return terms;
    }
}
