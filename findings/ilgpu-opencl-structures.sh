#!/usr/bin/env bash
# ILGPU 1.5.3 (NuGet), OpenCL back end: the length of dynamic shared memory of structures is no expression of OpenCL.
#
# SharedMemory.GetDynamic<T>() for a structure of four numbers is compiled for CUDA as one would expect. In the OpenCL
# program the number of items is the number of bytes divided by "()16": the name of the type to cast to is empty, so
# no OpenCL compiler takes the kernel, also where it never asks for the length. For floats the name is that of the
# element, so that whole numbers are divided as floats. ILGPU itself reports nothing; the error comes from the driver.
#
# Seen with .NET SDK 10.0.401 on Debian 12:
#   int:       var3 = (int)((int) shared_var_len_74  /  (int)4);
#   float:     var3 = (int)((int) shared_var_len_138  /  (float)4);
#   structure: var3 = (int)((int) shared_var_len_2365  /  ()16);
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

var ofInts = Division(nameof(Kernels.OfInts));
var ofFloats = Division(nameof(Kernels.OfFloats));
var ofStructures = Division(nameof(Kernels.OfStructures));
Console.WriteLine($"int:       {ofInts}");
Console.WriteLine($"float:     {ofFloats}");
Console.WriteLine($"structure: {ofStructures}");
return ofInts.Contains("(int)4") && ofFloats.Contains("(float)4") && ofStructures.Contains("()16") ? 0 : 1;

string Division(string name)
{
    var kernel = EntryPointDescription.FromExplicitlyGroupedKernel(typeof(Kernels).GetMethod(name)!);
    var text = ((CLCompiledKernel)backend.Compile(kernel, default(KernelSpecialization))).Source;
    return text.Split((char)10).Single(line => line.Contains("shared_var_len") && line.Contains(" / ")).Trim();
}

internal struct Quad
{
    public float A, B, C, D;
}

internal static class Kernels
{
    public static void OfInts(ArrayView<float> numbers) => numbers[0] = SharedMemory.GetDynamic<int>().IntLength;

    public static void OfFloats(ArrayView<float> numbers) => numbers[0] = SharedMemory.GetDynamic<float>().IntLength;

    public static void OfStructures(ArrayView<float> numbers)
    {
        var shared = SharedMemory.GetDynamic<Quad>();
        shared[Group.IdxX] = new Quad { A = numbers[Grid.GlobalIndex.X] };
        Group.Barrier();
        numbers[Grid.GlobalIndex.X] = shared[0].A;
    }
}
PROGRAM

dotnet build -v quiet -o built > build.txt || { cat build.txt >&2; exit 2; }
dotnet built/probe.dll
