using MoE.Compute.Gpu.Launches;
using Xunit;

namespace MoE.Compute.Tests.Gpu;

public sealed class FetchThreadTests
{
    [Fact]
    public async Task What_it_is_given_is_done_in_order_on_one_thread_of_its_own()
    {
        using var thread = new FetchThread();
        List<(int Number, int Thread)> done = [];
        await Task.WhenAll(Enumerable.Range(0, 50).Select(number =>
            thread.RunAsync(() => done.Add((number, Environment.CurrentManagedThreadId)))));
        Assert.Equal(Enumerable.Range(0, 50), done.Select(one => one.Number));
        Assert.NotEqual(Environment.CurrentManagedThreadId, Assert.Single(done.Select(one => one.Thread).Distinct()));
    }

    [Fact]
    public async Task A_launch_that_fails_fails_alone()
    {
        using var thread = new FetchThread();
        var failing = thread.RunAsync(() => throw new InvalidOperationException("it burns"));
        var next = thread.RunAsync(() => { });
        Assert.Equal("it burns", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing)).Message);
        await next;
    }

    [Fact]
    public async Task It_ends_after_what_it_was_given()
    {
        var thread = new FetchThread();
        var task = thread.RunAsync(() => { });
        thread.Dispose();
        await task;
        Assert.Throws<ObjectDisposedException>(() => { _ = thread.RunAsync(() => { }); });
    }
}
