using System.Collections.Concurrent;

namespace MoE.Compute.Gpu.Launches;

/// <summary>
/// The thread that waits for a pool's launches and copies their answers here, one after the other, while the pool's own
/// thread packs the next launch. It starts with the first launch and ends with the pool.
/// </summary>
internal sealed class FetchThread : IDisposable
{
    private readonly BlockingCollection<(Action Fetch, TaskCompletionSource Done)> _waiting = [];
    private Thread? _thread;

    /// <summary>Runs after everything given before; the task fails as <paramref name="fetch"/> does.</summary>
    public Task RunAsync(Action fetch)
    {
        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "moe device answers" };
            _thread.Start();
        }
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add((fetch, done));
        return done.Task;
    }

    /// <summary>Ends the thread after what it was given.</summary>
    public void Dispose()
    {
        _waiting.CompleteAdding();
        _thread?.Join();
        _waiting.Dispose();
    }

    private void Run()
    {
        foreach (var (fetch, done) in _waiting.GetConsumingEnumerable())
            try
            {
                fetch();
                done.SetResult();
            }
            catch (Exception e)                              // whatever a driver throws, the launch has failed by it
            {
                done.SetException(e);
            }
    }
}
