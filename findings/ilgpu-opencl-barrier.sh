#!/usr/bin/env bash
# ILGPU 1.5.3 (NuGet), OpenCL back end: Group.Barrier() becomes a barrier that orders global memory alone.
#
# A kernel that exchanges numbers through SharedMemory needs a barrier that orders the memory of the group. What is
# written for Group.Barrier() is a barrier with the flag CLK_GLOBAL_MEM_FENCE and nothing else, also where all that
# the threads exchange lies in local memory. OpenCL promises nothing for local memory then. A driver whose barriers
# happen to order both hides it. No device is needed to see it: the back end writes the program without one.
#
# Seen with .NET SDK 10.0.401 on Debian 12:
#   typedef local float* type_45;
#   local float var2[64];
#   work_group_barrier ( CLK_GLOBAL_MEM_FENCE );
#   the barrier orders global memory: True, the memory of the group: False
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
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

using var context = Context.Create(_ => { });
var capabilities = new CLCapabilityContext(
    float16: false, float64: false, genericAddressSpace: true, int64_Atomics: false, subGroups: false);
using var backend = new CLBackend(context, capabilities, CLDeviceVendor.Other, new CLCVersion(2, 0));
var kernel = EntryPointDescription.FromExplicitlyGroupedKernel(typeof(Kernels).GetMethod(nameof(Kernels.Reverse))!);
var text = ((CLCompiledKernel)backend.Compile(kernel, default(KernelSpecialization))).Source;

foreach (var line in text.Split((char)10).Where(line => line.Contains("local float") || line.Contains("barrier")))
    Console.WriteLine(line.Trim());
var ordersGlobal = text.Contains("CLK_GLOBAL_MEM_FENCE");
var ordersLocal = text.Contains("CLK_LOCAL_MEM_FENCE");
Console.WriteLine($"the barrier orders global memory: {ordersGlobal}, the memory of the group: {ordersLocal}");
return ordersGlobal && !ordersLocal ? 0 : 1;

internal static class Kernels
{
    // each group of 64 threads reverses its 64 numbers by way of its own memory
    public static void Reverse(ArrayView<float> numbers)
    {
        var shared = SharedMemory.Allocate<float>(64);
        shared[Group.IdxX] = numbers[Grid.GlobalIndex.X];
        Group.Barrier();
        numbers[Grid.GlobalIndex.X] = shared[63 - Group.IdxX];
    }
}
PROGRAM

dotnet build -v quiet -o built > build.txt || { cat build.txt >&2; exit 2; }
dotnet built/probe.dll
