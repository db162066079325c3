using Microsoft.Extensions.Time.Testing;
using MoE.Actors.Prediction;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Prediction;
using Xunit;

namespace MoE.Actors.Tests.Prediction;

public sealed class FreshPredictorTests : IDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(100);
    private readonly FakeTimeProvider _time = new();
    private readonly Mixture _mixture = new(new SeededRows(0).Schema, Models.Options);
    private readonly SeededRows _rows = new(10_000);
    private readonly SemaphoreSlim _made = new(0);
    private TaskCompletionSource? _hold;

    [Fact]
    public async Task One_serves_as_long_as_nothing_is_learned()
    {
        var fresh = Fresh();
        var first = await fresh.GetAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Same(first, await fresh.GetAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_was_learned_or_changed_before_is_seen_by_who_asks_after()
    {
        var fresh = Fresh();
        Assert.Equal(0, (await fresh.GetAsync(CancellationToken.None)).Number);
        using (fresh.Learning())
            Learn();
        Assert.Equal(1, (await fresh.GetAsync(CancellationToken.None)).Number);
        Learn();
        fresh.NoteChange();
        Assert.Equal(2, (await fresh.GetAsync(CancellationToken.None)).Number);
    }

    [Fact]
    public async Task While_rows_are_learned_an_old_one_serves_until_a_new_one_is_made_beside_it()
    {
        var fresh = Fresh();
        using var learning = fresh.Learning();
        var first = await fresh.GetAsync(CancellationToken.None);
        await _made.WaitAsync();
        Learn();
        _time.Advance(MaxAge);
        Assert.Same(first, await fresh.GetAsync(CancellationToken.None));
        _hold = new TaskCompletionSource();
        _time.Advance(MaxAge);
        Assert.Same(first, await fresh.GetAsync(CancellationToken.None));
        Assert.Same(first, await fresh.GetAsync(CancellationToken.None));
        _hold.SetResult();
        await _made.WaitAsync();
        await UntilAsync(async () => (await fresh.GetAsync(CancellationToken.None)).Number == 1);
    }

    [Fact]
    public async Task One_that_is_far_too_old_serves_nobody()
    {
        var fresh = Fresh();
        using var learning = fresh.Learning();
        await fresh.GetAsync(CancellationToken.None);
        Learn();
        _time.Advance(20 * MaxAge);
        Assert.Equal(1, (await fresh.GetAsync(CancellationToken.None)).Number);
    }

    [Fact]
    public async Task Who_asks_while_an_older_one_is_made_does_not_get_that()
    {
        var fresh = Fresh();
        _hold = new TaskCompletionSource();
        var early = fresh.GetAsync(CancellationToken.None).AsTask();
        Learn();
        fresh.NoteChange();
        var late = fresh.GetAsync(CancellationToken.None).AsTask();
        _hold.SetResult();
        Assert.Equal(1, (await late).Number);
        Assert.Equal(1, (await early).Number);
    }

    [Fact]
    public async Task A_failure_is_everybodys_and_the_next_one_tries_again()
    {
        var fails = true;
        var fresh = new FreshPredictor(
            () => fails ? throw new ModelException("broken by the test") : Task.FromResult(_mixture.Predictor()),
            MaxAge, _time);
        await Assert.ThrowsAsync<ModelException>(async () => await fresh.GetAsync(CancellationToken.None));
        fails = false;
        Assert.Equal(0, (await fresh.GetAsync(CancellationToken.None)).Number);
    }

    public void Dispose()
    {
        _made.Dispose();
        _rows.Dispose();
    }

    private FreshPredictor Fresh() => new(MakeAsync, MaxAge, _time);

    private async Task<Predictor> MakeAsync()
    {
        if (_hold is { } hold)
            await hold.Task;
        var predictor = _mixture.Predictor();
        _made.Release();
        return predictor;
    }

    private void Learn() => _mixture.Learn(_rows.Read(16)!);

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        while (!await holds())
            await Task.Yield();
    }
}
