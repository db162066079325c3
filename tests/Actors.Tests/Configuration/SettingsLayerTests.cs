using CsCheck;
using MoE.Actors.Configuration;
using Xunit;

namespace MoE.Actors.Tests.Configuration;

public sealed class SettingsLayerTests
{
    private static readonly Gen<string> Scraps = Gen.OneOf(
        Gen.Char["{}[]\"$#=:,+/\n \\.ab1%*?!`@&^'("].Select(c => c.ToString()),
        Gen.Const("moe"), Gen.Const("include "), Gen.Const("${"), Gen.Const("\"\"\""), Gen.Const("//"))
        .Array[0, 24].Select(string.Concat);

    [Fact]
    public void Any_text_becomes_settings_or_problems() =>
        Scraps.Sample(text => SettingsLayer.FromHocon("my.hocon", text) is not null);

    [Fact]
    public void Any_value_on_the_command_line_is_a_text_or_a_list() =>
        Scraps.Sample(text => SettingValue.Parse(text).Items is not null);

    [Theory]
    [InlineData("moe.pool.shared = [$]", "my.hocon, line 1: '$' must be in quotation marks.")]
    [InlineData("moe.pool.shared = [\n\\]", "my.hocon, line 2: '\\' must be in quotation marks.")]
    [InlineData("moe.pool.shared = [a: fern]", "my.hocon, line 1: ':' must be in quotation marks.")]
    public void What_Akka_never_comes_back_from_is_refused(string text, string problem) =>
        Assert.Equal([problem], SettingsLayer.FromHocon("my.hocon", text).Problems);

    [Fact]
    public void Every_key_of_the_shipped_file_is_under_moe() =>
        Assert.All(SettingsLayer.Defaults.Values.Keys, key => Assert.StartsWith("moe.", key, StringComparison.Ordinal));

    [Theory]
    [InlineData("{", "", "my.hocon, line 1: more than 32 nested brackets; no setting needs more than 4.")]
    [InlineData("a{", "}", "my.hocon, line 1: more than 32 nested brackets; no setting needs more than 4.")]
    [InlineData("[", "]", "my.hocon, line 1: more than 32 nested brackets; no setting needs more than 4.")]
    [InlineData("\n[", "]", "my.hocon, line 34: more than 32 nested brackets; no setting needs more than 4.")]
    [InlineData("a.", "", "my.hocon, line 1: a key has more than 32 parts; no setting has more than 4.")]
    [InlineData("\"a\".", "", "my.hocon, line 1: a key has more than 32 parts; no setting has more than 4.")]
    [InlineData("$", "", "my.hocon, line 1: '$' must be in quotation marks.")]
    public void A_thousand_of_one_mistake_is_one_sentence_and_no_overflow(string begin, string end, string problem)
    {
        const int Times = 100_000;
        var text = "a" + (begin[0] is '[' or '\n' ? " = " : begin[0] == '{' ? " " : ".")
            + string.Concat(Enumerable.Repeat(begin, Times)) + "b = 1" + string.Concat(Enumerable.Repeat(end, Times));
        Assert.Equal([problem], SettingsLayer.FromHocon("my.hocon", text).Problems);
    }

    [Fact]
    public void A_value_of_a_hundred_thousand_brackets_is_a_text()
    {
        var deep = new string('[', 100_000) + new string(']', 100_000);
        Assert.Equal((deep, false), (SettingValue.Parse(deep).Items[0], SettingValue.Parse(deep).IsList));
    }
}
