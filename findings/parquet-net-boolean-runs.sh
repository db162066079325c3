#!/usr/bin/env bash
# Parquet.Net 6.1.0 (NuGet) reads booleans that are stored run by run (encoding RLE) as false, in every row.
#
# The format allows RLE for booleans in a page of data. Some writers choose it by themselves (hyparquet-writer; Arrow
# for Rust with version 2 of the format), others when asked, as ParquetSharp 25.0.1.2 here, which is Arrow for C++ and
# reads the file right. Parquet.Net raises no error and gives no true. What a file of few rows gives is an exception
# instead.
#
# Seen with .NET SDK 10.0.401 on Debian 12:
#   Plain, true in 1000 rows: ParquetSharp reads 334, Parquet.Net reads 334
#   Rle, true in 1000 rows: ParquetSharp reads 334, Parquet.Net reads 0
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

const int Rows = 1000;
var values = Enumerable.Range(0, Rows).Select(row => row % 3 == 0).ToArray();
var plain = await Count("plain.parquet", Encoding.Plain);
var runs = await Count("runs.parquet", Encoding.Rle);
return plain == values.Count(value => value) && runs == 0 ? 0 : 1;

async Task<int> Count(string path, Encoding encoding)
{
    using (var builder = new WriterPropertiesBuilder())
    using (var properties = builder.DisableDictionary().Encoding(encoding).Build())
    using (var file = new ParquetFileWriter(path, [new Column<bool>("right")], properties))
    {
        using var group = file.AppendRowGroup();
        using var column = group.NextColumn().LogicalWriter<bool>();
        column.WriteBatch(values);
        column.Dispose();
        file.Close();
    }
    using var sharp = new ParquetFileReader(path);
    using var sharpGroup = sharp.RowGroup(0);
    using var sharpColumn = sharpGroup.Column(0).LogicalReader<bool>();
    var written = sharpColumn.ReadAll(Rows).Count(value => value);

    await using var net = await Parquet.ParquetReader.CreateAsync(path);
    using var netGroup = net.OpenRowGroupReader(0);
    var read = new bool[Rows];
    await netGroup.ReadAsync<bool>(net.Schema.DataFields[0], read.AsMemory());
    var count = read.Count(value => value);
    Console.WriteLine($"{encoding}, true in {Rows} rows: ParquetSharp reads {written}, Parquet.Net reads {count}");
    return count;
}
PROGRAM

dotnet build -v quiet -o built > build.txt || { cat build.txt >&2; exit 2; }
dotnet built/probe.dll
