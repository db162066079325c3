#!/usr/bin/env bash
# ILGPU 1.5.3 (NuGet), OpenCL back end: where the dynamic memory of a group lies is kept in a variable of all groups.
#
# SharedMemory.GetDynamic<T>() gives each group memory of its own. In the OpenCL program the pointer to it, and its
# length, are variables outside the kernel. Such variables exist once for all groups of a launch, and each thread of
# each group writes the address of its own memory there before it begins. Where two groups run at the same time, one
# can work in the memory of the other, without an error. Static memory (SharedMemory.Allocate) is declared inside the
# kernel. On PoCL 6, with two threads, our router kernel gave wrong numbers for this reason.
#
# Seen with .NET SDK 10.0.401 on Debian 12:
#   outside the kernel:    local float* shared_var_2211;
#   outside the kernel:    int shared_var_len_2211;
#   by each of its threads: shared_var_2211 = (type_45) dynamic_shared_memory ;
#   by each of its threads: shared_var_len_2211 = (int) dynamic_shared_memory_length ;
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
using Match = System.Text.RegularExpressions.Match;
using Regex = System.Text.RegularExpressions.Regex;
using RegexOptions = System.Text.RegularExpressions.RegexOptions;

using var context = Context.Create(_ => { });
var capabilities = new CLCapabilityContext(
    float16: false, float64: false, genericAddressSpace: true, int64_Atomics: false, subGroups: false);
using var backend = new CLBackend(context, capabilities, CLDeviceVendor.Other, new CLCVersion(2, 0));
var kernel = EntryPointDescription.FromExplicitlyGroupedKernel(typeof(Kernels).GetMethod(nameof(Kernels.Reverse))!);
var text = ((CLCompiledKernel)backend.Compile(kernel, default(KernelSpecialization))).Source;

var begin = text.IndexOf("kernel void", StringComparison.Ordinal);
var outside = Regex.Matches(text[..begin], @"^\S.*shared_var\w*;", RegexOptions.Multiline);
var written = Regex.Matches(text[begin..], @"^\s*shared_var\w* = .*;", RegexOptions.Multiline);
foreach (Match line in outside)
    Console.WriteLine("outside the kernel:    " + line.Value.Trim());
foreach (Match line in written)
    Console.WriteLine("by each of its threads: " + line.Value.Trim());
return outside.Count == 2 && written.Count == 2 ? 0 : 1;

internal static class Kernels
{
    // each group reverses its numbers by way of its own memory, as long as the launch says
    public static void Reverse(ArrayView<float> numbers)
    {
        var shared = SharedMemory.GetDynamic<float>();
        shared[Group.IdxX] = numbers[Grid.GlobalIndex.X];
        Group.Barrier();
        numbers[Grid.GlobalIndex.X] = shared[shared.IntLength - 1 - Group.IdxX];
    }
}
PROGRAM

dotnet build -v quiet -o built > build.txt || { cat build.txt >&2; exit 2; }
dotnet built/probe.dll
