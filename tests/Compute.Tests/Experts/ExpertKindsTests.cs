using MoE.Compute.Experts;
using Xunit;

namespace MoE.Compute.Tests.Experts;

public sealed class ExpertKindsTests
{
    [Fact]
    public void Every_kind_tells_its_options_and_takes_their_defaults() => Assert.All(ExpertKinds.All, kind =>
    {
        Assert.NotEmpty(kind.Options);
        var text = $"{kind.Name} {string.Join(' ', kind.Options.Select(option => $"{option.Name}={option.Default}"))}";
        List<string> problems = [];
        Assert.Equal(Options(kind.Name, problems), Options(text, problems));
        Assert.Empty(problems);
    });

    [Fact]
    public void The_kinds_are_all_that_there_are() =>
        Assert.Equal(ExpertKinds.Names, ExpertKinds.All.Select(kind => kind.Name));

    [Fact]
    public void What_is_allowed_is_told_in_words() => Assert.Equal(
        [
            new("input", "z", "z, hat, both"), new("hidden", "64", "1 to 8192"), new("optimizer", "sgd", "sgd, adam"),
            new("rate", "0.03", "above 0, up to 1"), new("average", "0", "from 0 to 0.05"),
        ],
        ExpertKinds.All.Single(kind => kind.Name == "mlp").Options);

    private static object Options(string text, List<string> problems)
    {
        var spec = new ExpertSpec("x", ExpertRole.Shared, text);
        return ExpertKinds.Of(spec).ReadOptions(spec, problems);
    }
}
