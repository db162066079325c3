using System.Reflection;
using Xunit;

namespace MoE.Style.Tests;

public sealed class DependencyTests
{
    [Fact]
    public void Compute_knows_no_actors() =>
        Assert.DoesNotContain(References("MoE.Compute"), r => IsOneOf(r, "Akka", "MoE", "Microsoft.Data", "Microsoft.AspNetCore"));

    [Fact]
    public void Actors_know_no_host() =>
        Assert.DoesNotContain(References("MoE.Actors"),
            r => IsOneOf(r, "moe", "MoE.Host", "Microsoft.AspNetCore", "System.CommandLine"));

    [Fact]
    public void The_host_knows_both() =>
        Assert.Superset(new HashSet<string> { "MoE.Actors", "MoE.Compute" }, References("moe").ToHashSet());

    private static List<string> References(string assembly) =>
        [.. Assembly.Load(assembly).GetReferencedAssemblies().Select(r => r.Name!)];

    private static bool IsOneOf(string name, params string[] families) =>
        families.Any(f => name == f || name.StartsWith($"{f}.", StringComparison.Ordinal));
}
