using MoE.Compute.Data;

namespace MoE.Host.Commands.Evaluate;

/// <summary>
/// When a stop ends the learning. A file or a generator has its rows again another time: at once, behind a whole batch.
/// A pipe has not: it ends by itself where more would be read, and what came before is learned, for so long as that is
/// soon.
/// </summary>
internal sealed class LearningEnd : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _late = new();
    private readonly CancellationToken _stop;
    private readonly bool _isLive;
    private readonly CancellationTokenRegistration _told;
    private CancellationTokenRegistration _ended;

    /// <param name="source">The rows.</param>
    /// <param name="notice">Told of a stop that has something to do first.</param>
    /// <param name="stop">The wish to stop.</param>
    public LearningEnd(IRowSource source, Action<string> notice, CancellationToken stop)
    {
        (_isLive, _stop) = (IsLive(source), stop);
        if (_isLive)
            _told = stop.Register(() => notice(
                "stopping after the rows that have already arrived; a second signal stops at once"));
    }

    /// <summary>Ends the opening of the model.</summary>
    public CancellationToken Opening => _isLive ? CancellationToken.None : _stop;

    /// <summary>Whether rows that are not learned now are gone.</summary>
    public static bool IsLive(IRowSource source) => source is OffsetSource part
        ? IsLive(part.Rows) : source.Id.Kind == SourceKind.Stream;

    /// <summary>Ends the learning that begins now.</summary>
    public CancellationToken Begin()
    {
        if (!_isLive)
            return _stop;
        _ended = _stop.Register(() => _late.CancelAfter(Soon));
        return _late.Token;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _told.Dispose();
        _ended.Dispose();
        _late.Dispose();
    }
}
