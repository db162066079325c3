using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace MoE.Package.Tests;

public sealed partial class PackageTests(Packages packages) : IClassFixture<Packages>
{
    [Theory]
    [InlineData("MoE.Compute", "lib/net10.0/MoE.Compute.dll", "ILGPU, ILGPU.Algorithms")]
    [InlineData("MoE.Actors", "lib/net10.0/MoE.Actors.dll", "Akka, Akka.Hosting, Akka.Persistence.Sql, ILGPU, "
        + "ILGPU.Algorithms, Microsoft.Data.Sqlite, Microsoft.Extensions.ObjectPool, MoE.Compute, Npgsql, System.Reactive.Linq")]
    [InlineData("moe", "tools/net10.0/any/moe.dll", "")]
    public void A_package_says_what_it_is_and_what_it_needs(string id, string code, string needs)
    {
        using var package = packages.Open(id);
        var text = XDocument.Load(package.Entries.Single(e => e.FullName == $"{id}.nuspec").Open());
        string Of(string name) => text.Descendants().FirstOrDefault(e => e.Name.LocalName == name)?.Value ?? "";
        Assert.Equal(("Apache-2.0", "README.md", Packages.Version), (Of("license"), Of("readme"), Of("version")));
        Assert.All((string[])["description", "tags", "authors"], name => Assert.NotEmpty(Of(name)));
        Assert.Contains(package.Entries, entry => entry.FullName == "README.md");
        Assert.Equal(needs, string.Join(", ", text.Descendants().Where(e => e.Name.LocalName == "dependency")
            .Select(e => e.Attribute("id")!.Value).Order(StringComparer.OrdinalIgnoreCase)));
        using var image = Image(package, code);
        Assert.Contains(image.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
    }

    [Theory]
    [InlineData("MoE.Compute")]
    [InlineData("MoE.Actors")]
    public void A_library_comes_with_its_doc_comments(string id)
    {
        using var package = packages.Open(id);
        Assert.Contains(package.Entries, entry => entry.FullName == $"lib/net10.0/{id}.xml");
    }

    [Theory]
    [InlineData("runtimes/(linux-x64|linux-arm64|linux-musl-x64|osx-x64|osx-arm64|win-x64|win-arm64)/native/(lib)?e_sqlite3", 7)]
    [InlineData("runtimes/(linux-x64|linux-arm64|linux-musl-x64|osx|win-x64|win-arm64)/native/libSkiaSharp", 6)]
    [InlineData("any/(ILGPU|ILGPU.Algorithms|Akka|MoE.Actors|MoE.Compute)[.]dll$", 5)]
    public void The_tool_holds_what_every_platform_needs(string files, int count)
    {
        using var tool = packages.Open("moe");
        Assert.Equal(count, tool.Entries.Count(entry => Regex.IsMatch(entry.FullName, files)));
    }

    /// <summary>What src/Host/CompileAhead.targets makes is for the processor that it was made on.</summary>
    [Fact]
    public void The_tools_code_is_compiled_where_it_runs()
    {
        using var tool = packages.Open("moe");
        Assert.All(tool.Entries.Select(e => e.FullName).Where(name => OwnCode().IsMatch(name)), name =>
        {
            using var image = Image(tool, name);
            Assert.Equal(0, image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size);
        });
    }

    [Fact]
    public async Task The_tool_installs_and_evaluates_a_stream()
    {
        var (tools, folder) = (Path.Combine(packages.Folder, "tools"), packages.Folder);
        await packages.RunAsync(folder, "dotnet", "tool", "install", "moe", "--version", Packages.Version,
            "--tool-path", tools, "--source", packages.Source);
        var moe = Path.Combine(tools, OperatingSystem.IsWindows() ? "moe.exe" : "moe");
        Assert.Contains("sea: 2,000 rows learned", await packages.RunAsync(
            folder, moe, "evaluate", "sea", "--rows", "2000", "--data-dir", "model", "--plot", "run.png"), StringComparison.Ordinal);
        Assert.StartsWith("row,predicted,probability,batch\n1,", (await packages.RunAsync(
            folder, moe, "predict", "sea", "--rows", "10", "--data-dir", "model")).ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    /// <summary>All examples as one program, each in a block of its own, over a file as they name it.</summary>
    [Fact]
    public async Task The_examples_of_the_readmes_run_with_the_installed_libraries()
    {
        var folder = Directory.CreateDirectory(Path.Combine(packages.Folder, "example")).FullName;
        string Write(string name, string text)
        {
            File.WriteAllText(Path.Combine(folder, name), text);
            return name;
        }
        Write("nuget.config", $"""
            <configuration>
              <packageSources><add key="built" value="{packages.Source}" /></packageSources>
              <fallbackPackageFolders><add key="machine" value="{packages.Cache}" /></fallbackPackageFolders>
            </configuration>
            """);
        var project = Write("Example.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <NuGetAudit>false</NuGetAudit>
                <UseAppHost>false</UseAppHost>
                <UseSharedCompilation>false</UseSharedCompilation>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MoE.Compute" Version="{Packages.Version}" />
                <PackageReference Include="MoE.Actors" Version="{Packages.Version}" />
              </ItemGroup>
            </Project>
            """);
        var examples = ((string[])["README.md", "src/Compute/README.md", "src/Actors/README.md"])
            .SelectMany(file => Example().Matches(Repository.Read(file)).Select(match => match.Groups["code"].Value))
            .Distinct().ToList();
        Assert.NotEmpty(examples);
        Write("Program.cs", string.Join('\n', [
            .. examples.SelectMany(code => Using().Matches(code).Select(match => match.Value)).Distinct(),
            .. examples.Select(code => $"{{\n{Using().Replace(code, "")}\n}}"),
        ]));
        Write("my.csv", "a,class\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"{i % 4},{(i % 4 > 1 ? "hi" : "lo")}\n")));
        await packages.RunAsync(folder, "dotnet", "build", project, "-c", "Release", "-nologo", "-o", "out");
        var output = await packages.RunAsync(folder, "dotnet", Path.Combine("out", "Example.dll"));
        Assert.Matches(@"(lo|hi), after batch 7\n", output.ReplaceLineEndings("\n"));
        Assert.Matches(@"9\d\.\d\d % of the rows were predicted correctly", output);
        Assert.Matches(@"500 rows, 9\d\.\d\d %", output);
        Assert.True(File.Exists(Path.Combine(folder, "my.moe")));
    }

    private static PEReader Image(ZipArchive package, string name)
    {
        var bytes = new MemoryStream();
        using (var file = package.Entries.Single(entry => entry.FullName == name).Open())
            file.CopyTo(bytes);
        bytes.Position = 0;
        return new PEReader(bytes);
    }

    [GeneratedRegex(@"any/(moe|MoE\.\w+|Akka[.\w]*|linq2db|Npgsql|System\.CommandLine|Microsoft\.Data\.Sqlite)\.dll$")]
    private static partial Regex OwnCode();

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"^using [\w.]+;\n", RegexOptions.Multiline)]
    private static partial Regex Using();
}
