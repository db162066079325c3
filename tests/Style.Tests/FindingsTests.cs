using System.Text.RegularExpressions;
using Xunit;

namespace MoE.Style.Tests;

public sealed partial class FindingsTests
{
    private static readonly string[] Scripts = [.. Repository.Files("findings", "*.sh")];

    [Fact]
    public void Every_finding_is_in_the_table_and_every_row_of_it_is_a_finding() =>
        Assert.Equal(
            Scripts.Select(script => Path.GetFileName(script)).Order(StringComparer.Ordinal),
            Row().Matches(Repository.Read("findings/README.md")).Select(row => row.Groups["name"].Value)
                .Order(StringComparer.Ordinal));

    [Fact]
    public void A_finding_can_be_run_and_its_first_comment_says_what_was_seen() =>
        Assert.All(Scripts, script =>
        {
            var text = Repository.Read(script);
            Assert.Matches(@"^#!/usr/bin/env bash\n(# .*\n|#\n)+# Seen with .*:\n#   \S", text);
            if (!OperatingSystem.IsWindows())
                Assert.True(File.GetUnixFileMode(Path.Combine(Repository.Root, script))
                    .HasFlag(UnixFileMode.UserExecute), script);
        });

    [Fact]
    public void A_finding_leaves_nothing_behind() =>
        Assert.All(Scripts, script => Assert.Contains(
            "trap 'rm -rf \"$folder\"' EXIT", Repository.Read(script), StringComparison.Ordinal));

    [GeneratedRegex(@"^\| `(?<name>[\w-]+\.sh)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
