using MoE.Actors.Catalog;
using Xunit;
using static MoE.Actors.Catalog.CatalogCommands;

namespace MoE.Actors.Tests.Catalog;

public sealed class CatalogStateTests
{
    private static readonly StartModel Start = new("a", new ModelOrder(ModelBeginning.Stored));
    private static readonly CloseModel Close = new("a");
    private static readonly DeleteModel Delete = new("a");

    [Fact]
    public void What_is_in_hand_says_what_may_be_done_next()
    {
        Assert.Equal([null, "Model 'a' is not open.", null], Refusals(CatalogState.Empty));
        Assert.Equal(
            ["Model 'a' is open already.", null, "Model 'a' is open; close it before it is deleted."],
            Refusals(CatalogState.Empty.With("a", ModelPhase.Open)));
        const string Opened = "Model 'a' is being opened; try again once that is done.";
        Assert.Equal([Opened, Opened, Opened], Refusals(CatalogState.Empty.With("a", ModelPhase.Starting)));
        const string Closed = "Model 'a' is being closed; try again once that is done.";
        Assert.Equal([Closed, null, Closed], Refusals(CatalogState.Empty.With("a", ModelPhase.Closing)));
        const string Deleted = "Model 'a' is being deleted; try again once that is done.";
        Assert.Equal([Deleted, Deleted, Deleted], Refusals(CatalogState.Empty.With("a", ModelPhase.Deleting)));
    }

    [Fact]
    public void One_model_does_not_stand_in_the_way_of_another() =>
        Assert.Equal(
            [null, "Model 'a' is not open.", null], Refusals(CatalogState.Empty.With("b", ModelPhase.Deleting)));

    [Fact]
    public void A_node_that_is_being_closed_opens_and_deletes_nothing()
    {
        var closing = CatalogState.Empty with { IsClosing = true };
        Assert.Equal(["The node is being closed.", "Model 'a' is not open.", "The node is being closed."], Refusals(closing));
        Assert.True(closing.IsClosed);
        Assert.False(closing.With("b", ModelPhase.Closing).IsClosed);
        Assert.True(closing.With("b", ModelPhase.Closing).Without("b").IsClosed);
    }

    private static IEnumerable<string?> Refusals(CatalogState state) =>
        [state.Refusal(Start), state.Refusal(Close), state.Refusal(Delete)];
}
