#!/usr/bin/env bash
# Akka 1.5.73 (NuGet), HOCON: one closing brace too many, and all that follows in the file is ignored without an
# error.
#
# HOCON calls a closing brace without its opening one an error. Here the parser stops there and is content: the
# settings after it keep their defaults, as if they were not in the file.
#
# Seen with .NET SDK 10.0.401 on Debian 12:
#   server { port = 7000 } }
#   journal { folder = /data }
#     -> server.port: 7000, journal.folder: no such key
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
    <PackageReference Include="Akka" Version="1.5.73" />
  </ItemGroup>
</Project>
PROJECT

cat > Program.cs << 'PROGRAM'
using Akka.Configuration;

var config = ConfigurationFactory.ParseString("""
    server { port = 7000 } }
    journal { folder = /data }
    """);
var port = config.GetString("server.port", "no such key");
var folder = config.GetString("journal.folder", "no such key");
Console.WriteLine("server { port = 7000 } }");
Console.WriteLine("journal { folder = /data }");
Console.WriteLine($"  -> server.port: {port}, journal.folder: {folder}");
return (port, folder) == ("7000", "no such key") ? 0 : 1;
PROGRAM

dotnet build -v quiet -o built > build.txt || { cat build.txt >&2; exit 2; }
dotnet built/probe.dll
