using MoE.Actors.Gate;
using MoE.Compute.Rosters;
using Xunit;
using static MoE.Actors.Expert.ExpertCommands;

namespace MoE.Actors.Tests.Gate;

public sealed class ExpertDirectoryTests
{
    private static readonly Roster Pool = Roster.Of(Models.Options);

    private readonly KeptBatches _kept = new();
    private readonly ExpertDirectory _experts;

    public ExpertDirectoryTests() => _experts = new ExpertDirectory(_kept, new Pipeline(8));

    [Fact]
    public void Who_comes_back_is_told_of_its_image_and_of_all_its_rows_since_in_order()
    {
        for (var number = 1; number <= 3; number++)
            _kept.Add(Batches.Empty(number, 4, Pool, new int[]?[6]));
        var hat = Add(Pool[0]);
        var messages = Restoration(hat, (_, number) => [new SaveImage(7, number)]);
        Assert.Equal(
            ["Restore", "SaveImage 0", "ProcessRows 1", "SaveImage 1", "ProcessRows 2", "SaveImage 2", "ProcessRows 3", "SaveImage 3"],
            messages.Select(Text));
        var routed = Add(Pool[3]);
        Assert.Equal(["Restore"], Restoration(routed, (_, _) => []).Select(Text));
    }

    [Fact]
    public void A_newcomer_gets_its_parents_state_after_the_batch_before_its_first()
    {
        for (var number = 1; number <= 3; number++)
            _kept.Add(Batches.Empty(number, 4, Pool, new int[]?[6]));
        var parent = Add(Pool[0]);
        _experts.Add(Pool[0] with { Key = 50, Since = 3, Parent = 0 }, awaitsParent: true);
        Assert.Equal(
            ["Restore", "ProcessRows 1", "ProcessRows 2", "CloneState 50", "ProcessRows 3"],
            Restoration(parent, (_, _) => []).Select(Text));
    }

    [Fact]
    public void Who_leaves_stays_until_its_last_batch_is_mixed_nobody_awaits_it_and_its_copies_have_begun()
    {
        var parent = Add(Pool[0]);
        var copy = _experts.Add(
            Pool[0] with { Key = 50, Since = 5, Parent = 0 }, awaitsParent: true);
        _experts.Change(new RosterChange(5, RosterAction.Retired, Pool[0], "as asked"));
        Assert.Empty(_experts.LetGo(3, _ => false));
        Assert.Empty(_experts.LetGo(4, _ => false));
        copy.AwaitsParent = false;
        Assert.Empty(_experts.LetGo(4, key => key == 0));
        Assert.Equal([parent], _experts.LetGo(4, _ => false));
        Assert.Null(_experts.Find(0));
        Assert.Empty(_experts.LetGo(9, _ => false));
    }

    [Fact]
    public void An_expert_is_found_by_its_epoch_until_it_is_restored_again()
    {
        var hat = Add(Pool[0]);
        Assert.Same(hat, _experts.Find(0, hat.Epoch));
        Assert.Null(_experts.Find(0, hat.Epoch + 1));
        Assert.Equal([hat], _experts.Ready);
        hat.WasRestored = true;
        Assert.True(_experts.AreRestored);
        _experts.ForgetRestored();
        Assert.False(_experts.AreRestored);
        Assert.Empty(_experts.Ready);
    }

    private ExpertHandle Add(Member member)
    {
        var expert = _experts.Add(member);
        expert.Epoch = 7;
        return expert;
    }

    private List<IWireMessage> Restoration(
        ExpertHandle expert, Func<ExpertHandle, long, IEnumerable<IWireMessage>> asked) =>
        [.. _experts.Restoration(expert, GateState.Empty, null, asked)];

    private static string Text(object message) => message switch
    {
        ProcessRows rows => $"ProcessRows {rows.Batch.Number}",
        CloneState clone => $"CloneState {clone.Newcomer}",
        SaveImage save => $"SaveImage {save.Number}",
        Restore => "Restore",
        _ => $"{message}",
    };
}
