using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Numerics;
using MoE.Compute.Rosters;

namespace MoE.Compute.Growth;

/// <summary>
/// The archived experts of the pool as its batches show them: those held, which answer, with the exponentially weighted
/// share of rows on which each two of them say the same; and the reserves, which do not answer yet.
/// </summary>
internal sealed class Archive
{
    private const double Rate = 0.001;

    /// <summary>Rows that an expert is held before what it agrees with says much.</summary>
    private const int Grace = 4000;

    private Entry[] _held = [];
    private Entry[] _reserves = [];
    private double[] _agreement = [];
    private int[] _classes = [];

    /// <summary>Keys of those that answer, the oldest first.</summary>
    public IEnumerable<long> Held => _held.Select(entry => entry.Key);

    /// <summary>Keys of those that do not answer yet, the oldest first.</summary>
    public IEnumerable<long> Reserves => _reserves.Select(entry => entry.Key);

    /// <summary>Continues with another pool, that of the rows after <paramref name="rows"/>.</summary>
    public void Reshape(Roster roster, long rows)
    {
        var (held, agreement) = (_held, _agreement);
        var known = _held.Concat(_reserves).ToDictionary(entry => entry.Key);
        _reserves = [.. Of(roster, ExpertMode.Reserve).Select(m => known.TryGetValue(m.Item.Key, out var entry)
            ? entry with { Place = m.Index } : new Entry(m.Item.Key, m.Index, 1, rows, rows))];
        var before = held.Select(entry => entry.Key).ToList();
        _held = [.. Of(roster, ExpertMode.Frozen).Select(m => new Entry(
            m.Item.Key, m.Index, ExpertKinds.Heads(m.Item.Spec),
            known.TryGetValue(m.Item.Key, out var entry) ? entry.Taken : rows,
            before.Contains(m.Item.Key) ? entry.Joined : rows))];
        var from = Array.ConvertAll(_held, entry => before.IndexOf(entry.Key));
        (_agreement, _classes) = (new double[Triangular.Count(_held.Length)], new int[_held.Length]);
        for (var i = 1; i < from.Length; i++)
            for (var j = 0; j < i; j++)
                _agreement[Triangular.Of(i, j)] =
                    from[i] < 0 || from[j] < 0 ? 0 : agreement[Triangular.Of(from[i], from[j])];
    }

    /// <summary>Takes the answers to a row.</summary>
    public void Add(Labels labels, int row, ReadOnlySpan<float[]?> answers)
    {
        var (known, stride) = (labels.KnownClasses[row], labels.Stride);
        for (var i = 0; i < _held.Length; i++)
            _classes[i] = answers[_held[i].Place] is { } answer
                ? TopK.First(answer.AsSpan(row * _held[i].Heads * stride, known)) : -1;
        var pair = 0;
        for (var i = 1; i < _held.Length; i++)
            for (var j = 0; j < i; j++, pair++)
                _agreement[pair] += Rate * ((_classes[i] == _classes[j] ? 1 : 0) - _agreement[pair]);
    }

    /// <summary>
    /// Of the reserves that <paramref name="isThere"/> takes, the newest of before a row, else the oldest; null for
    /// none.
    /// </summary>
    public long? ReserveAt(long row, Func<long, bool> isThere)
    {
        Entry[] there = [.. _reserves.Where(entry => isThere(entry.Key))];
        return there.Length == 0 ? null : there.LastOrDefault(entry => entry.Taken <= row, there[0]).Key;
    }

    /// <summary>
    /// Of those that <paramref name="isThere"/> takes, the one to be missed least: the older of the two that agree
    /// most. Those that were held but briefly are spared; where one is left to choose from, it is the oldest.
    /// </summary>
    /// <returns>Its key, the other's, or null, and how much they agree; null if there is none at all.</returns>
    public (long Key, long? Twin, double Agreement)? Redundant(long rows, Func<long, bool> isThere)
    {
        int[] there = [.. Enumerable.Range(0, _held.Length).Where(i => isThere(_held[i].Key))];
        int[] grown = [.. there.Where(i => rows - _held[i].Joined > Grace)];
        grown = grown.Length == 0 ? there : grown;
        if (grown.Length == 0)
            return null;
        if (grown.Length == 1)
            return (_held[grown[0]].Key, null, 0);
        var (older, newer, most) = (-1, -1, -1.0);
        foreach (var i in grown)
            foreach (var j in grown)
                if (j < i && _agreement[Triangular.Of(i, j)] > most)
                    (older, newer, most) = (j, i, _agreement[Triangular.Of(i, j)]);
        return (_held[older].Key, _held[newer].Key, most);
    }

    public void Save(StateWriter state)
    {
        foreach (var entry in _held.Concat(_reserves))
        {
            state.Write(entry.Taken);
            state.Write(entry.Joined);
        }
        state.Write<double>(_agreement);
    }

    public void Load(StateReader state, long rows)
    {
        foreach (var entries in (Entry[][])[_held, _reserves])
            for (var i = 0; i < entries.Length; i++)
                entries[i] = entries[i] with
                {
                    Taken = state.ReadInt64(0, rows),
                    Joined = state.ReadInt64(0, rows),
                };
        state.Read(_agreement.AsSpan());
        foreach (var share in _agreement)
            if (!(share is >= 0 and <= 1))
                throw state.Damaged(FormattableString.Invariant($"the share {share} was found; 0 to 1 was expected"));
    }

    private static IEnumerable<(int Index, Member Item)> Of(Roster roster, ExpertMode mode) =>
        roster.Members.Index().Where(m => m.Item.Mode == mode && m.Item.Spec.Role == ExpertRole.Archived);

    /// <summary>An archived expert: rows before it was copied and before it was first asked.</summary>
    private readonly record struct Entry(long Key, int Place, int Heads, long Taken, long Joined);
}
