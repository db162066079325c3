using System.Globalization;
using MoE.Compute.Data;

namespace MoE.Host.Commands.Evaluate;

/// <summary>
/// Reports refused rows: the first few with the same mistake, and at the end the number of the others. One mistake in a
/// file is reported once, however many rows have it.
/// </summary>
/// <param name="tell">Receives the sentences.</param>
internal sealed class RefusalNotes(Action<string> tell)
{
    private const int MostOfOneKind = 3;
    private const int MostKinds = 10;

    private readonly Dictionary<string, Kind> _kinds = [];
    private long _ofOtherKinds;

    /// <summary>Adds a refused row.</summary>
    public void Take(Refusal refusal)
    {
        var name = KindOf(refusal.Reason);
        if (!_kinds.TryGetValue(name, out var kind))
        {
            if (_kinds.Count == MostKinds)
            {
                _ofOtherKinds++;
                return;
            }
            _kinds[name] = kind = new Kind(refusal.Line);
        }
        if (++kind.Count <= MostOfOneKind)
            tell(refusal.Reason);
        else if (kind.Count == MostOfOneKind + 1)
            tell($"further rows refused for the same reason as line {kind.Line} are only counted");
    }

    /// <summary>Reports how many rows were not listed.</summary>
    public void End()
    {
        foreach (var kind in _kinds.Values.Where(kind => kind.Count > MostOfOneKind))
            tell($"{More(kind.Count - MostOfOneKind)} refused for the same reason as line {kind.Line}");
        if (_ofOtherKinds > 0)
            tell($"{More(_ofOtherKinds)} refused for other reasons");
    }

    private static string More(long count) => string.Create(
        CultureInfo.InvariantCulture, $"{count:N0} more {(count == 1 ? "row was" : "rows were")}");

    // The place in the file and the cell are a row's own; the rest of the sentence is what is wrong.
    private static string KindOf(string reason)
    {
        var (first, last) = (reason.IndexOf(": \'", StringComparison.Ordinal), reason.LastIndexOf('\''));
        var rest = first >= 0 && last > first ? reason[..first] + reason[last..] : reason;
        return string.Concat(rest.Where(c => !char.IsAsciiDigit(c)));
    }

    private sealed class Kind(long line)
    {
        public long Line => line;

        public long Count { get; set; }
    }
}
