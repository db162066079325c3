using MoE.Compute.Growth;
using Xunit;

namespace MoE.Compute.Tests.Growth;

public sealed class GrowthOptionsTests
{
    [Fact]
    public void Every_value_out_of_range_is_named()
    {
        var options = new MixtureOptions
        {
            Growth = new()
            {
                Mode = (GrowthMode)7,
                Budget = 65,
                BudgetBytes = -1,
                Interval = 255,
                Detector = (GrowthDetector)3,
                Watch = (GrowthWatch)2,
            },
        };
        var problems = Assert.Throws<InvalidOptionsException>(options.Validated).Problems;
        Assert.Equal(
        [
            "moe.growth.mode is 7; it must be on, suggest or off.",
            "moe.growth.budget is 65; it must lie in [0, 64].",
            "moe.growth.budget-bytes is -1; it must be 0 or more.",
            "moe.growth.interval is 255; it must lie in [256, 1000000].",
            "moe.growth.detector is 3; it must be adwin, page-hinkley or both.",
            "moe.growth.watch is 2; it must be mixture or experts.",
        ], problems);
    }
}
