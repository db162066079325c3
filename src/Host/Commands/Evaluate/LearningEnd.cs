using MoE.Compute.Data;

namespace MoE.Host.Commands.Evaluate;

/// <summary>
/// Decides when a stop signal ends the learning. Files and generators can supply their rows again, so learning ends
/// after the current batch. The rows of a pipe cannot be read again, so rows that have arrived are learned first,
/// within a time limit.
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
    /// <param name="notice">Receives a note if rows are to be learned first.</param>
    /// <param name="stop">The stop signal.</param>
    public LearningEnd(IRowSource source, Action<string> notice, CancellationToken stop)
    {
        (_isLive, _stop) = (IsLive(source), stop);
        if (_isLive)
            _told = stop.Register(() => notice(
                "stopping after the rows that have already arrived; a second signal stops at once"));
    }

    /// <summary>Cancels the opening of the model.</summary>
    public CancellationToken Opening => _isLive ? CancellationToken.None : _stop;

    /// <summary>Whether rows that are not learned now are lost.</summary>
    public static bool IsLive(IRowSource source) => source is OffsetSource part
        ? IsLive(part.Rows) : source.Id.Kind == SourceKind.Stream;

    /// <summary>Cancels the learning that starts now.</summary>
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
