using MoE.Actors.Configuration;
using Xunit;

namespace MoE.Style.Tests;

public sealed class HoconTests
{
    [Fact]
    public void Every_setting_is_explained_above_its_line()
    {
        var lines = Repository.Read("hocon/moe.hocon").Split('\n');
        var settings = lines.Index().Where(l => IsSetting(l.Item)).ToList();
        Assert.Equal(SettingsLayer.Defaults.Values.Count, settings.Count);
        Assert.All(settings, l => Assert.StartsWith("#", lines[l.Index - 1].Trim(), StringComparison.Ordinal));
    }

    private static bool IsSetting(string line) =>
        line.Trim() is [not ('#' or '"'), ..] text && text.Contains('=', StringComparison.Ordinal);
}
