using System.Reflection;
using System.Xml.Linq;
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

    [Fact]
    public void Every_package_that_has_a_version_is_used_by_a_project()
    {
        var used = Projects.SelectMany(file => Named(file, "PackageReference")).ToHashSet();
        Rule.HasNoBreach(XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("ItemGroup")
            .Where(group => group.Attribute("Label")?.Value.StartsWith("Transitive pins", StringComparison.Ordinal) != true)
            .SelectMany(group => group.Elements("PackageVersion")).Select(e => e.Attribute("Include")!.Value)
            .Where(name => !used.Contains(name)));
    }

    [Fact]
    public void The_version_of_all_packages_stands_in_one_place()
    {
        var files = Projects.Concat(["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"]);
        Assert.Equal(["Directory.Build.props"], files.Where(file =>
            XDocument.Parse(Repository.Read(file)).Descendants().Any(e => e.Name.LocalName is "Version" or "VersionPrefix")));
    }

    private static IEnumerable<string> Projects =>
        Repository.Files("src", "*.csproj").Concat(Repository.Files("tests", "*.csproj"));

    private static IEnumerable<string> Named(string file, string item) =>
        XDocument.Parse(Repository.Read(file)).Descendants(item).Select(e => e.Attribute("Include")!.Value);

    private static List<string> References(string assembly) =>
        [.. Assembly.Load(assembly).GetReferencedAssemblies().Select(r => r.Name!)];

    private static bool IsOneOf(string name, params string[] families) =>
        families.Any(f => name == f || name.StartsWith($"{f}.", StringComparison.Ordinal));
}
