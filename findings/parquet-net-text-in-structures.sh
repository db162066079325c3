#!/usr/bin/env bash
# Parquet.Net 6.1.0 (NuGet) puts text that lies in a structure into the wrong rows, once one of the texts is null.
#
# A column of text inside an optional structure: a null text in a structure that is there is left out, so that every
# row after it gets the text of a later one, and the last row an empty text. Numbers of the same structure come where
# they belong. There is no error. The file is written, and read right, by ParquetSharp 25.0.1.2 (Arrow for C++).
#
# Seen with .NET SDK 10.0.401 on Debian 12:
#   text, ParquetSharp:  a | null | b | null | c
#   text, Parquet.Net:   a | null | b | c | (empty)
#   number, Parquet.Net: 1 | null | 2 | null | 3
set -euo pipefail

if ! command -v dotnet > /dev/null; then
  echo "There is no dotnet here; install the .NET SDK 10 (https://dot.net)." >&2
  exit 2
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export NUGET_PACKAGES="$folder/packages" DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en

cat > probe.csproj << 'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Parquet.Net" Version="6.1.0" />
    <PackageReference Include="ParquetSharp" Version="25.0.1.2" />
  </ItemGroup>
</Project>
PROJECT

cat > Program.cs << 'PROGRAM'
using ParquetSharp;
using ParquetSharp.Schema;

const string Path = "places.parquet";
using (var name = new PrimitiveNode("name", Repetition.Optional, LogicalType.String(), PhysicalType.ByteArray))
using (var height = new PrimitiveNode("height", Repetition.Optional, LogicalType.None(), PhysicalType.Double))
using (var place = new GroupNode("place", Repetition.Optional, [name, height]))
using (var schema = new GroupNode("schema", Repetition.Required, [place]))
using (var builder = new WriterPropertiesBuilder())
using (var properties = builder.Build())
using (var file = new ParquetFileWriter(Path, schema, properties))
{
    using var group = file.AppendRowGroup();
    using (var names = group.NextColumn().LogicalWriter<Nested<string?>?>())
        names.WriteBatch([new("a"), null, new("b"), new((string?)null), new("c")]);
    using (var heights = group.NextColumn().LogicalWriter<Nested<double?>?>())
        heights.WriteBatch([new(1), null, new(2), new((double?)null), new(3)]);
    file.Close();
}

using var sharp = new ParquetFileReader(Path);
using var sharpGroup = sharp.RowGroup(0);
using var sharpNames = sharpGroup.Column(0).LogicalReader<Nested<string?>?>();
var right = Line(sharpNames.ReadAll(5).Select(nested => nested?.Value));

await using var net = await Parquet.ParquetReader.CreateAsync(Path);
using var netGroup = net.OpenRowGroupReader(0);
var texts = new string?[5];
await netGroup.ReadAsync(net.Schema.DataFields[0], texts.AsMemory());
var numbers = new double?[5];
await netGroup.ReadAsync<double>(net.Schema.DataFields[1], numbers.AsMemory());
var (seen, heightsSeen) = (Line(texts), Line(numbers.Select(number => number?.ToString())));
Console.WriteLine($"text, ParquetSharp:  {right}");
Console.WriteLine($"text, Parquet.Net:   {seen}");
Console.WriteLine($"number, Parquet.Net: {heightsSeen}");
return right == "a | null | b | null | c" && seen != right && heightsSeen == "1 | null | 2 | null | 3" ? 0 : 1;

static string Line(IEnumerable<string?> items) => string.Join(" | ", items.Select(item => item switch
{
    null => "null",
    "" => "(empty)",
    _ => item,
}));
PROGRAM

dotnet build -v quiet -o built > build.txt || { cat build.txt >&2; exit 2; }
dotnet built/probe.dll
