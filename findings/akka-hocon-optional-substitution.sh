#!/usr/bin/env bash
# Akka 1.5.73 (NuGet), HOCON: an optional substitution makes its key null, and the rest of its object is gone.
#
# HOCON leaves "a = 1", followed by "a = ${?NAME}", at 1 where NAME is not there, and takes the variable of the
# environment where it is: the usual way to let a variable win over a file. Here a is null in both cases, also where
# NAME is a key of the same file, and the keys that follow in the same braces are lost. Nothing is raised.
#
# Seen with .NET SDK 10.0.401 on Debian 12:
#   server { port = 1, name = north }
#     -> port: 1, name: north
#   server { port = 1, port = ${?PROBE_PORT}, name = north }
#     -> port: null, name: no such key
#   server { port = 1, port = ${?PROBE_MISSING}, name = north }
#     -> port: null, name: no such key
#   given = 2, server { port = 1, port = ${?given}, name = north }
#     -> port: null, name: no such key
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

Environment.SetEnvironmentVariable("PROBE_PORT", "7000");
string[] texts =
[
    "server { port = 1, name = north }",
    "server { port = 1, port = ${?PROBE_PORT}, name = north }",
    "server { port = 1, port = ${?PROBE_MISSING}, name = north }",
    "given = 2, server { port = 1, port = ${?given}, name = north }",
];
var seen = texts.Select(text => Read(text.Replace(", ", "\n"))).ToList();
for (var i = 0; i < texts.Length; i++)
    Console.WriteLine($"{texts[i]}\n  -> {seen[i]}");
return seen is ["port: 1, name: north", .. var rest] && rest.All(read => read == "port: null, name: no such key")
    ? 0
    : 1;

static string Read(string text)
{
    var config = ConfigurationFactory.ParseString(text);
    return $"port: {Show("server.port")}, name: {Show("server.name")}";

    string Show(string key) => config.HasPath(key) ? config.GetString(key) ?? "null" : "no such key";
}
PROGRAM

dotnet build -v quiet -o built > build.txt || { cat build.txt >&2; exit 2; }
dotnet built/probe.dll
