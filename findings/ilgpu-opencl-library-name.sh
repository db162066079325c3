#!/usr/bin/env bash
# ILGPU 1.5.3 (NuGet): where OpenCL's loader is installed as its package installs it, ILGPU finds no OpenCL and says
# nothing.
#
# A system that only runs programs has the loader as libOpenCL.so.1 (Debian: ocl-icd-libopencl1, which every driver's
# package brings); the plain name libOpenCL.so comes with the developers' package. ILGPU asks for "OpenCL", and .NET
# tries no version's name. The list of devices is empty then, as on a machine without any: no exception, no reason.
# With a link of the plain name beside it the same file is loaded. (No driver is installed for this, so there are no
# devices either way.)
#
# Seen with .NET SDK 10.0.401 and ocl-icd-libopencl1 2.3.1-1 on Debian 12:
#   libOpenCL.so.1 alone:          loader loaded: False, OpenCL devices: 0, no exception
#   with the link libOpenCL.so:    loader loaded: True, OpenCL devices: 0, no exception
set -euo pipefail

if ! command -v dotnet > /dev/null || ! command -v apt-get > /dev/null; then
  echo "This needs the .NET SDK 10 (https://dot.net) and apt-get (Debian)." >&2
  exit 2
fi
if ldconfig -p | grep -q 'libOpenCL\.so '; then
  echo "libOpenCL.so is installed here, so the name without a version is found; run this where it is not." >&2
  exit 2
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export NUGET_PACKAGES="$folder/packages" DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en

apt-get -qq download ocl-icd-libopencl1 2> download.txt || { cat download.txt >&2; exit 2; }
dpkg -x ocl-icd-libopencl1_*.deb loader
loader=$(dirname "$(find "$folder/loader" -name libOpenCL.so.1)")

cat > probe.csproj << 'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="ILGPU" Version="1.5.3" />
  </ItemGroup>
</Project>
PROJECT

cat > Program.cs << 'PROGRAM'
using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime.OpenCL;

using var context = Context.Create(builder => builder.OpenCL());
var isLoaded = Process.GetCurrentProcess().Modules.Cast<ProcessModule>().Any(m => m.ModuleName.StartsWith("libOpenCL"));
Console.WriteLine($"loader loaded: {isLoaded}, OpenCL devices: {context.GetCLDevices().Count}, no exception");
PROGRAM

dotnet build -v quiet -o built > build.txt || { cat build.txt >&2; exit 2; }
export LD_LIBRARY_PATH=$loader
versioned=$(dotnet built/probe.dll)
ln -s libOpenCL.so.1 "$loader/libOpenCL.so"
plain=$(dotnet built/probe.dll)
echo "libOpenCL.so.1 alone:          $versioned"
echo "with the link libOpenCL.so:    $plain"
[[ $versioned == "loader loaded: False,"* && $plain == "loader loaded: True,"* ]]
