using MoE.Compute.Gating;
using Xunit;

namespace MoE.Compute.Tests;

public sealed class LaterOptionsTests
{
    [Fact]
    public void They_are_texts_in_a_fixed_order() => Assert.Equal(
        [("moe.router.kind", "switch"), ("moe.router.auxiliary", "0.01"), ("moe.router.capacity", "1.25")],
        LaterOptions.Texts(new()
        {
            Router = new RouterOptions { Kind = RouterKind.Switch, Capacity = 1.25f },
        }).Take(3));

    [Fact]
    public void Those_that_an_earlier_version_did_not_write_have_their_defaults() =>
        Assert.Equal(
            new RouterOptions { TopK = 3, Capacity = 2f },
            LaterOptions.Read(
                new() { Router = new RouterOptions { TopK = 3 } }, [("moe.router.capacity", "2")]).Router);

    [Theory]
    [InlineData("moe.router.depth", "3",
        "the option 'moe.router.depth' was found, written by a newer version; use that version or a later one")]
    [InlineData("moe.router.kind", "sparse",
        "moe.router.kind 'sparse' was found; linear, switch, competence or dense was expected")]
    [InlineData("moe.router.kind", "2",
        "moe.router.kind '2' was found; linear, switch, competence or dense was expected")]
    [InlineData("moe.router.auxiliary", "NaN", "moe.router.auxiliary 'NaN' was found; 0 to 1 was expected")]
    [InlineData("moe.router.capacity", "0.5", "moe.router.capacity '0.5' was found; 0, or 1 to 100 was expected")]
    [InlineData("moe.router.capacity", "", "moe.router.capacity '' was found; 0, or 1 to 100 was expected")]
    public void An_option_that_is_unknown_or_out_of_its_range_is_refused(string key, string text, string reason) =>
        Assert.Equal(
            reason, Assert.Throws<FormatException>(() => LaterOptions.Read(new(), [(key, text)])).Message);

    [Fact]
    public void An_option_that_comes_twice_is_refused() => Assert.Equal(
        "the option moe.router.kind was found twice or out of order",
        Assert.Throws<FormatException>(() => LaterOptions.Read(
            new(), [("moe.router.kind", "dense"), ("moe.router.kind", "linear")])).Message);
}
