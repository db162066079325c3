using System.Text.Json;
using CsCheck;
using Xunit;

namespace MoE.Compute.Tests;

public sealed class PlainTextTests
{
    /// <summary>Control characters, line ends of all kinds, and what turns the direction of text.</summary>
    private static readonly string Foreign = string.Concat(
        "\0\a\b\t\n\v\f\r\e\u007F\u0085\u009B\u009D\u061C\u200E\u200F\u2028\u2029", "\u202A\u202B\u202C\u202D\u202E",
        "\u2066\u2067\u2068\u2069\uFEFF");

    [Fact]
    public void Nothing_that_a_terminal_obeys_is_left()
    {
        Assert.All(Foreign, c => Assert.Equal("a?b", PlainText.OneLine($"a{c}b")));
        Assert.All(Foreign.Except("\t\n\r\u0085\u2028\u2029\f"), c => Assert.Equal("a?b", PlainText.Lines($"a{c}b")));
    }

    [Fact]
    public void Words_of_every_script_stay_as_they_are()
    {
        const string Words = "día 数据 данные שלום مرحبا 👍 a\u0301 – „x“";
        Assert.Equal(Words, PlainText.OneLine(Words));
        Assert.Equal($"{Words}{Environment.NewLine}\t{Words}", PlainText.Lines($"{Words}\n\t{Words}"));
    }

    [Fact]
    public void Json_means_the_same_and_is_plain() => Gen.String.Select(Gen.Char[Foreign], (a, b) => $"{a}{b}{a}").Sample(
        text =>
        {
            var json = PlainText.Json(JsonSerializer.Serialize(text, Relaxed));
            return json.All(PlainText.IsPlain)
                && JsonSerializer.Deserialize<string>(json) == JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(text));
        });

    private static readonly JsonSerializerOptions Relaxed =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
