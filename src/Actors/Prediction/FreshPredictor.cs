using MoE.Compute.Prediction;

namespace MoE.Actors.Prediction;

/// <summary>
/// The predictor in use, and when another one takes its place. Whoever asks after something was learned sees it. While
/// more is being learned a copy serves for some time, and a new one is made beside it, so that few have to wait.
/// </summary>
/// <param name="make">Makes a predictor of the state after everything learned so far.</param>
/// <param name="maxAge">For how long one serves while rows are learned; after ten times that, askers wait.</param>
/// <param name="time">The clock.</param>
internal sealed class FreshPredictor(Func<Task<Predictor>> make, TimeSpan maxAge, TimeProvider time)
{
    private const int Patience = 10;

    private readonly Lock _lock = new();
    private Copy? _current;
    private (Task<Predictor> Task, long Version)? _making;
    private long _version;
    private int _learners;

    /// <summary>Something is being learned from here on, until it is disposed of.</summary>
    public IDisposable Learning()
    {
        lock (_lock)
            _learners++;
        return new Learner(this);
    }

    /// <summary>Something was learned or changed: nobody who asks from here on is served by what was before.</summary>
    public void NoteChange()
    {
        lock (_lock)
            _version++;
    }

    /// <summary>A predictor.</summary>
    public async ValueTask<Predictor> GetAsync(CancellationToken cancel)
    {
        while (true)
        {
            Task<Predictor> making;
            lock (_lock)
            {
                if (_current is { } copy && copy.Version == _version)
                {
                    var age = _learners == 0 ? TimeSpan.Zero : time.GetElapsedTime(copy.Began);
                    if (age > maxAge)
                        _ = Make();
                    if (age <= Patience * maxAge)
                        return copy.Predictor;
                }
                making = Make();
            }
            await making.WaitAsync(cancel);
        }
    }

    /// <summary>The one in the making, or a new one where that may not have seen all that was learned.</summary>
    private Task<Predictor> Make()
    {
        if (_making is var (task, version) && version == _version && !task.IsCompleted)
            return task;
        var making = MakeAsync(_version, time.GetTimestamp());
        _making = (making, _version);
        return making;
    }

    private async Task<Predictor> MakeAsync(long version, long began)
    {
        await Task.Yield();
        var predictor = await make();
        lock (_lock)
            if (_current is null || version >= _current.Version)
                _current = new Copy(predictor, version, began);
        return predictor;
    }

    private sealed record Copy(Predictor Predictor, long Version, long Began);

    private sealed class Learner(FreshPredictor predictor) : IDisposable
    {
        public void Dispose()
        {
            lock (predictor._lock)
            {
                predictor._learners--;
                predictor._version++;
            }
        }
    }
}
