#!/usr/bin/env bash
# ILGPU 1.5.3 (NuGet), CUDA back end: a kernel compiled for sm_90 is a program for sm_80.
#
# The back end knows the architecture of a Hopper GPU (H100, H200) and takes it, and yet writes ".target sm_80": it
# asks only for the highest architecture that a capability of its own table needs, and the table ends there. The
# driver compiles the program for the real device, so it runs, but nothing that PTX has only from sm_90 on can be
# written, inline either. No GPU is needed to see it.
#
# Seen with .NET SDK 10.0.401 on Debian 12:
#   asked for SM_70: .target sm_70
#   asked for SM_80: .target sm_80
#   asked for SM_90: .target sm_80
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
    <PackageReference Include="ILGPU" Version="1.5.3" />
  </ItemGroup>
</Project>
PROJECT

cat > Program.cs << 'PROGRAM'
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

using var context = Context.Create(_ => { });
var kernel = EntryPointDescription.FromExplicitlyGroupedKernel(typeof(Kernels).GetMethod(nameof(Kernels.Twice))!);
List<string> targets = [];
foreach (var architecture in new[] { CudaArchitecture.SM_70, CudaArchitecture.SM_80, CudaArchitecture.SM_90 })
{
    using var backend = new PTXBackend(context, new CudaCapabilityContext(architecture), architecture,
        CudaInstructionSet.ISA_80, nvvmAPI: null);
    var text = ((PTXCompiledKernel)backend.Compile(kernel, default(KernelSpecialization))).PTXAssembly;
    targets.Add(text.Split((char)10).Single(line => line.StartsWith(".target")).Trim());
    Console.WriteLine($"asked for {architecture}: {targets[^1]}");
}
return targets is [".target sm_70", ".target sm_80", ".target sm_80"] ? 0 : 1;

internal static class Kernels
{
    public static void Twice(ArrayView<float> numbers) => numbers[Grid.GlobalIndex.X] *= 2;
}
PROGRAM

dotnet build -v quiet -o built > build.txt || { cat build.txt >&2; exit 2; }
dotnet built/probe.dll
