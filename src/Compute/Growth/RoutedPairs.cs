using System.Globalization;
using MoE.Compute.Batches;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Numerics;
using MoE.Compute.Rosters;

namespace MoE.Compute.Growth;

/// <summary>Two routed experts that have become one.</summary>
internal sealed record RoutedTwins(Member Older, Member Younger, string Reason);

/// <summary>How alike the routed experts answered since the last check, by rows that chose two of them.</summary>
internal sealed class RoutedPairs
{
    /// <summary>Of more experts no pairs are kept: they would be more numbers than the experts have.</summary>
    private const int MostExperts = 64;

    private const int LeastRows = 500;
    private const double LeastAgreement = 0.999;
    private const double MostDifference = 0.01;

    private Member[] _members = [];
    private (int Place, int Heads)[] _places = [];
    private int[] _together = [];
    private int[] _agreed = [];
    private double[] _difference = [];
    private int[] _at = [];
    private (int Class, float OfTruth)[] _said = [];

    /// <summary>Continues with another pool.</summary>
    public void Reshape(Roster roster)
    {
        var (keys, together, agreed, difference) =
            (_members.Select(m => m.Key).ToList(), _together, _agreed, _difference);
        _members = roster.Routed.Count > MostExperts ? [] : [.. roster.Routed.Select(place => roster[place])];
        _places = Array.ConvertAll(_members, m => (roster.PlaceOf(m.Key), ExpertKinds.Heads(m.Spec)));
        var from = Array.ConvertAll(_members, m => keys.IndexOf(m.Key));
        var count = Triangular.Count(_members.Length);
        (_together, _agreed, _difference) = (new int[count], new int[count], new double[count]);
        for (var i = 1; i < from.Length; i++)
            for (var j = 0; j < i; j++)
            {
                if (from[i] < 0 || from[j] < 0)
                    continue;
                var (pair, old) = (Triangular.Of(i, j), Triangular.Of(from[i], from[j]));
                (_together[pair], _agreed[pair], _difference[pair]) = (together[old], agreed[old], difference[old]);
            }
    }

    /// <summary>Takes the answers to a batch.</summary>
    public void Add(RoutedBatch batch, ReadOnlySpan<float[]?> answers)
    {
        if (_members.Length < 2 || batch.Routing.K < 2)
            return;
        if (_at.Length != _members.Length || _said.Length < batch.Routing.K)
            (_at, _said) = (new int[_members.Length], new (int, float)[batch.Routing.K]);
        _at.AsSpan().Fill(-1);
        for (var row = 0; row < batch.Rows; row++)
        {
            var chosen = batch.Routing.ChosenFor(row);
            foreach (var slot in chosen)
                _at[slot]++;
            if (batch.Labels.Targets[row] < batch.Labels.KnownClasses[row])
                Compare(batch, row, chosen, answers);
        }
    }

    /// <summary>The pairs that have become one, the younger of no two of them the same.</summary>
    public IReadOnlyList<RoutedTwins> Twins()
    {
        List<RoutedTwins> twins = [];
        HashSet<long> gone = [];
        for (var i = 1; i < _members.Length; i++)
            for (var j = 0; j < i; j++)
            {
                var (a, b, pair) = (_members[j], _members[i], Triangular.Of(i, j));
                if (!AreOne(pair) || a.Spec.Text != b.Spec.Text || a.Mode != b.Mode)
                    continue;
                var (older, younger) = a.Key < b.Key ? (a, b) : (b, a);
                if (!gone.Contains(older.Key) && gone.Add(younger.Key))
                    twins.Add(new(older, younger, Reason(older, pair)));
            }
        return twins;
    }

    /// <summary>Begins to count anew.</summary>
    public void Clear()
    {
        Array.Clear(_together);
        Array.Clear(_agreed);
        Array.Clear(_difference);
    }

    public void Save(StateWriter state)
    {
        state.Write<int>(_together);
        state.Write<int>(_agreed);
        state.Write<double>(_difference);
    }

    public void Load(StateReader state)
    {
        state.Read(_together.AsSpan());
        state.Read(_agreed.AsSpan());
        state.Read(_difference.AsSpan());
        for (var pair = 0; pair < _together.Length; pair++)
            if (_agreed[pair] < 0 || _agreed[pair] > _together[pair] || !(_difference[pair] >= 0))
                throw state.Damaged($"a pair that agreed on {_agreed[pair]} of {_together[pair]} rows was found");
    }

    private bool AreOne(int pair) => _together[pair] >= LeastRows
        && _agreed[pair] >= LeastAgreement * _together[pair]
        && _difference[pair] < MostDifference * _together[pair];

    private string Reason(Member older, int pair) => string.Create(CultureInfo.InvariantCulture,
        $"it has become the same as '{older.Spec.Id}': of {_together[pair]:N0} rows that both got, they agreed on ")
        + string.Create(CultureInfo.InvariantCulture, $"{_agreed[pair]:N0}");

    private void Compare(RoutedBatch batch, int row, ReadOnlySpan<int> chosen, ReadOnlySpan<float[]?> answers)
    {
        for (var i = 0; i < chosen.Length; i++)
        {
            var (place, heads) = _places[chosen[i]];
            if (answers[place] is not { } all)
            {
                _said[i] = (-1, 0f);
                continue;
            }
            var answer = all.AsSpan(_at[chosen[i]] * heads * batch.Labels.Stride, batch.Labels.KnownClasses[row]);
            _said[i] = (TopK.First(answer), answer[batch.Labels.Targets[row]]);
            for (var j = 0; j < i; j++)
            {
                if (_said[j].Class < 0)
                    continue;
                var pair = Triangular.Of(chosen[i], chosen[j]);
                _together[pair]++;
                _agreed[pair] += _said[i].Class == _said[j].Class ? 1 : 0;
                _difference[pair] += Math.Abs(_said[i].OfTruth - _said[j].OfTruth);
            }
        }
    }
}

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

    /// <summary>Continues with another pool.</summary>
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

    /// <summary>The one that got least, if that is less than a tenth of an even share; null for none.</summary>
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

/// <summary>Each two of n things by one number: (1, 0), (2, 0), (2, 1), (3, 0), ...</summary>
internal static class Triangular
{
    /// <summary>How many pairs n things make.</summary>
    public static int Count(int n) => n * (n - 1) / 2;

    /// <summary>The number of the pair of two different things.</summary>
    public static int Of(int a, int b) => a > b ? Count(a) + b : Count(b) + a;
}
