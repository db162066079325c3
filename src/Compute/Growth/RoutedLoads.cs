using System.Globalization;
using MoE.Compute.Batches;
using MoE.Compute.Files;
using MoE.Compute.Rosters;

namespace MoE.Compute.Growth;

/// <summary>A routed expert that the router hardly chooses, and the one that it chooses most.</summary>
internal sealed record DeadExpert(Member Dead, Member Busiest, string Reason);

/// <summary>How many rows each routed expert got since the last check.</summary>
internal sealed class RoutedLoads
{
    /// <summary>Part of an even share below which an expert is dead.</summary>
    private const double Alive = 0.1;

    private Roster _roster = new([], 0);
    private long[] _rows = [];
    private bool[] _isWhole = [];

    /// <summary>Goes on with another pool.</summary>
    /// <param name="roster">The pool.</param>
    /// <param name="isFirst">Whether its newcomers are there from the first row on.</param>
    public void Reshape(Roster roster, bool isFirst)
    {
        var (before, rows, whole) = (_roster, _rows, _isWhole);
        _roster = roster;
        (_rows, _isWhole) = (new long[roster.Routed.Count], new bool[roster.Routed.Count]);
        for (var slot = 0; slot < _rows.Length; slot++)
        {
            var place = before.PlaceOf(roster[roster.Routed[slot]].Key);
            var old = place < 0 ? -1 : before.SlotOf(place);
            (_rows[slot], _isWhole[slot]) = old < 0 ? (0, isFirst) : (rows[old], whole[old]);
        }
    }

    /// <summary>Takes a batch.</summary>
    public void Add(RowRouting routing)
    {
        for (var slot = 0; slot < _rows.Length; slot++)
            _rows[slot] += routing.RowsOf[slot]?.Length ?? 0;
    }

    /// <summary>The one that got least, where that is less than a tenth of an even share; null for none.</summary>
    public DeadExpert? Dead(Func<long, bool> isThere)
    {
        var (least, most, all) = (-1, 0, 0L);
        for (var slot = 0; slot < _rows.Length; slot++)
        {
            all += _rows[slot];
            if (_rows[slot] > _rows[most])
                most = slot;
            if (_isWhole[slot] && isThere(MemberOf(slot).Key) && (least < 0 || _rows[slot] < _rows[least]))
                least = slot;
        }
        if (least < 0 || _rows[least] * (double)_rows.Length >= Alive * all || !isThere(MemberOf(most).Key))
            return null;
        return new(MemberOf(least), MemberOf(most), string.Create(CultureInfo.InvariantCulture,
            $"'{MemberOf(least).Spec.Id}' got {_rows[least]:N0} of {all:N0} routed rows, less than a tenth of an even ")
            + string.Create(CultureInfo.InvariantCulture,
                $"share; '{MemberOf(most).Spec.Id}' got {_rows[most]:N0}, the most"));
    }

    /// <summary>Begins to count anew.</summary>
    public void Clear()
    {
        Array.Clear(_rows);
        _isWhole.AsSpan().Fill(true);
    }

    public void Save(StateWriter state)
    {
        state.Write<long>(_rows);
        state.Write<bool>(_isWhole);
    }

    public void Load(StateReader state, long rows)
    {
        state.Read(_rows.AsSpan());
        foreach (var count in _rows)
            if (count < 0 || count > rows)
                throw state.Damaged($"an expert with {count} of {rows} rows was found");
        var whole = state.ReadArray<byte>(_isWhole.Length);
        _isWhole = Array.ConvertAll(whole, value => value != 0);
    }

    private Member MemberOf(int slot) => _roster[_roster.Routed[slot]];
}
