using MoE.Compute.Rosters;
using MoE.Compute.Rosters.Scripts;
using Xunit;

namespace MoE.Compute.Tests.Rosters.Scripts;

public sealed class ScriptTests
{
    [Fact]
    public void A_script_is_rows_and_commands() => Assert.Equal(
        [
            new ScriptStep(0, new FreezeExpert("a")),
            new ScriptStep(25_000, new AddExpert { Text = "mlp", CloneOf = "3" }),
            new ScriptStep(25_000, new RetireExpert("b") { Reason = "it is # 9 of 10" }),
        ],
        Script.Parse("s", "# what comes\r\n\n0 freeze a\r\n 25000 add mlp --clone 3  # a copy\n"
            + "25000 retire b --reason \"it is # 9 of 10\"").Steps);

    [Fact]
    public void Every_wrong_line_is_named_with_its_place()
    {
        var error = Assert.Throws<InvalidOptionsException>(() => Script.Parse("my.txt",
            "100 freeze a\nten freeze b\n-1 freeze b\n\n50 thaw a\n200\n200 kill a\n300 freeze \"a"));
        Assert.Equal(
            [
                "my.txt:2: 'ten' is not a row; a line is a row (a whole number of 0 or more) and a command.",
                "my.txt:3: '-1' is not a row; a line is a row (a whole number of 0 or more) and a command.",
                "my.txt:5: row 50 comes after row 100; write the rows in ascending order.",
                "my.txt:6: a command is missing; known are add, freeze, thaw, retire, promote, demote, rename.",
                "my.txt:7: unknown command 'kill'; known are add, freeze, thaw, retire, promote, demote, rename.",
                "my.txt:8: a quotation does not end; write \"...\", and \"\" for a quotation mark in it.",
            ], error.Problems);
    }

    [Fact]
    public void A_script_that_is_not_there_is_named() => Assert.StartsWith("The script nowhere.txt cannot be read: ",
        Assert.Single(Assert.Throws<InvalidOptionsException>(() => Script.Read("nowhere.txt")).Problems),
        StringComparison.Ordinal);

    [Fact]
    public void An_empty_script_has_no_steps() => Assert.Empty(Script.Parse("s", "\n# nothing\n").Steps);
}
