using MoE.Actors.Configuration;
using MoE.Compute;
using Xunit;

namespace MoE.Actors.Tests.Configuration;

public sealed class NearestKeyTests
{
    [Theory]
    [InlineData("moe.bacth", "moe.batch")]
    [InlineData("batch", "moe.batch")]
    [InlineData("moe.top-k", "moe.router.top-k")]
    [InlineData("moe.data.dir", "moe.data-dir")]
    [InlineData("moe.checkpoints.interval", "moe.checkpoint.interval")]
    [InlineData("MOE.BATCH", "moe.batch")]
    public void A_key_with_a_typo_leads_to_the_key_that_was_meant(string typo, string meant) =>
        Assert.Equal([$"--set: unknown setting {typo}. Did you mean {meant}?"], Assert.Throws<InvalidOptionsException>(
            () => MoeSettings.Read(SettingsLayer.FromAssignments("--set", [$"{typo}=1"]))).Problems);
}
